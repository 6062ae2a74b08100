"""How sure is it? Denied, attempted, claimed by the attacker alone, reported with a hedge, or confirmed.

In: a Text and the victim's names. Out: `claim_status` claims, the best first. What a kept article states as a fact,
or the victim, the police or a regulator says, is `confirmed`; hedged statements ("alleged", "reportedly",
"investigating claims") with nobody confirming are `reported`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from extractors.facts import cues
from extractors.facts.hedges import negated

if TYPE_CHECKING:
    from breachwire.records import Claim
    from extractors.facts.text import Sentence, Text

Where: TypeAlias = "tuple[Sentence, re.Match[str]]"
_DENIED = re.compile(
    r"(?i)\b(?:(?<!or )den(?:y|ies|ied|ying) (?:\w+ ){0,5}(?:breach\w*|hack\w*|attack\w*|leak\w*|"
    r"compromis\w*|claims?|reports?|that|any|being|incident)|(?:refut|rebuff|debunk|dismiss)\w* (?:\w+ "
    r"){0,3}(?:claims?|reports?|allegations?)? ?(?:of|that)? ?(?:\w+ ){0,3}(?:breach|hack|cyber-?attack|"
    r"data leak)\w*|(?:have|has|had) not been any (?:\w+ )?breach\w*|clears? (?:\w+ ){1,3}of (?:\w+ "
    r")?(?:data )?breach|not (?:the )?source of|was not exposed|have not exposed|did not expose|(?:was|"
    r"were|been|is) not (?:\w+ )?(?:hacked|breached|compromised)|(?:was|were)n['’]t (?:hacked|breached)|"
    r"(?:finds?|found|confirms?|says?|sees|there (?:is|was|has been|have been|were)|have not been|has not "
    r"been) (?:that there (?:is|was) )?(?:no (?:evidence of (?:any |a )?|sign of (?:any |a )?|sufficient "
    r"basis to conclude )?(?:data |security |system |customer data )?(?:breach(?:es)?|hack|compromise|"
    r"intrusion)|any breaches)|no breach|bluffing|(?:claims?|reports?) (?:are|is|were|was) "
    r"(?:false|untrue|fake|unfounded|baseless|incorrect)|hoax|not (?:the )?result of (?:a |an |any "
    r")?(?:breach|hack)|did not (?:come|originate) from (?:its|our|their)|dementiert|bestreitet|niega|"
    r"desmiente|dément|smentisce|nega)\b"
)
_ATTEMPTED = re.compile(
    r"(?i)\b(?:(?:attempted|failed|unsuccessful|foiled|thwarted) (?:\w+[ -]){0,3}(?:hack\w*|attack\w*|"
    r"cyber-?attack\w*|breach|intrusion|phishing|compromise|access)|(?:hack(?:ing)?|intrusion|phishing|"
    r"breach|cyber-?attack|attack) attempts?|attempts? to (?:gain|hack|breach|access|infiltrate|break|"
    r"compromise|disrupt|recruit)|thwart(?:s|ed|ing)?|foil(?:s|ed|ing)?|"
    r"fend(?:s|ed)? off|repel(?:s|led)|(?:prevented|blocked|averted|stopped|neutrali[sz]ed) (?:\w+ "
    r"){0,4}(?:attack|cyber-?attack|hack|intrusion|breach)|vereitelt|abgewehrt|frustrado|déjoué\w*|"
    r"sventato)\b"
)
_SUCCESS = re.compile(
    r"(?i)\b(?:(?:data|information|details|records|files|documents|money|systems?|networks?|servers?|"
    r"database) (?:was|were|has been|have been|had been) (?:stolen|taken|accessed|compromised|leaked|"
    r"exposed|encrypted|breached|hacked|exfiltrated)|stole|was hacked|was breached|suffered (?:a|an) "
    r"(?:data|cyber|ransomware|security)|hit by (?:a |an )?(?:\w+ )?(?:ransomware|breach)|data breach)\b"
)
_CLAIMED = re.compile(
    r"(?i)\b(?:claim(?:s|ed|ing)? (?:to have|to be|to possess|to hold|responsibility|credit|breach|attack|"
    r"hack|data|theft)|(?:gang|group|hackers?|ransomware|collective|crew|attackers?|criminals|crims) "
    r"(?:\w+ ){0,2}(?:claims?|claimed|alleges?|boasts?|asserts?|asserted)|(?:tout|touts|touted|hawk\w*|"
    r"offer(?:s|ed|ing)?|sell(?:s|ing)?|post(?:s|ed)?) "
    r"(?:\w+ ){0,5}(?:stolen|alleged|sale|data)|on (?:its|their|a|the) (?:\w+ ){0,3}(?:leak|extortion|data "
    r"leak) site|leak site|for sale (?:on|in)|hacker selling|allegedly (?:hacked|breached|stolen|stole|"
    r"belonging)|reivindica|bekennt sich|revendiqu\w*|rivendica\w*|hackers? threaten)\b"
)
_HEDGED = re.compile(
    r"(?i)\b(?:alleged(?:ly)?|reportedly|suspected|(?:possible|potential|apparent|claimed) (?:\w+ "
    r")?(?:breach|attack|hack\w*|cyber-?attack|leak|incident|intrusion)|rumou?r\w*|unconfirmed|unverified|"
    r"may have (?:been (?:hacked|breached|hit|compromised)|suffered)|might have been (?:hacked|breached)|"
    r"said to have been|investigat(?:es|ing) (?:a |an )?(?:data )?breach (?:which|affecting|that|after)|"
    r"mutmaßlich\w*|presunt[oa]\w*|présumé\w*|purported(?:ly)?|investigat(?:es|ing|ed|e) (?:\w+ "
    r"){0,3}(?:claims?|reports?|possible|potential|alleged|suspected|whether)|"
    r"looking into (?:\w+ ){0,2}(?:claims?|reports?)|aware of (?:the )?(?:claims?|reports?)|probes? (?:\w+ "
    r"){0,2}(?:claims?|possible|alleged))\b|[‘'\"“](?:cyber[- ]?attack|hack\w*|breach)[’'\"”]"
)
_CONFIRMED = re.compile(
    r"(?i)\b(?:confirm(?:s|ed|ing|ation)?|disclos(?:es|ed|ing|ure)|admit(?:s|ted)?|acknowledg(?:es|ed)|"
    r"notif(?:y|ied|ies|ying|ication)\w*|apologi[sz]\w*|reveal(?:s|ed)|warns? (?:its |their )?(?:customers|"
    r"users|patients|members|staff|employees|people|shoppers)|letters? to|filed|filing|regulator|fined|"
    r"settle\w*|lawsuit|class[- ]action|arrest\w*|charged|sentenced|"
    r"indict\w*|pleaded|(?:said|says|announced|told|wrote|statement|spokes\w+)|ico\b|attorney general|"
    r"police|prosecut\w*|compensat\w*|recover\w*|restor\w*|resume\w*|victims?|after (?:a |an |the )?(?:\w+ "
    r")?(?:cyber|hack|breach|ransomware|attack)|bestätigt|confirma\w*|confirme\w*|conferma\w*|"
    r"investigation)\b"
)
_FIRM = re.compile(
    r"(?i)\b(?:confirm(?:s|ed)|disclos(?:es|ed|ing)|admit(?:s|ted)|acknowledg(?:es|ed)|notif(?:ied|ies|"
    r"ying)|apologi[sz]\w*|fined|settlement|class[- ]action|lawsuit|law firm|claims investigated|"
    r"investigat\w+ claims|claims on behalf|arrest\w*|jailed|sentenced|suffer(?:s|ed)|was hit by|was "
    r"hacked|were hacked|fell victim|has been hit|had been (?:hacked|breached|hit))\b"
)


_STATED = re.compile(
    r"(?i)\b(?:hacked|breach(?:ed|es)?|stolen|hit by|attack\w*|cyber-?attacks?|leaked|exposed|exposes|"
    r"compromised|hacks|ransomware)\b"
)
_DENIED_PLAINLY = re.compile(
    r"(?i)\b(?:(?:have|has|had) not been any (?:\w+ )?breach\w*|(?:was|were) not (?:hacked|breached)|"
    r"(?:our|its|their) (?:own )?systems (?:were|have|had|was) not (?:been )?(?:breached|hacked|"
    r"compromised|exposed)|no (?:evidence of a )?breach of (?:our|its|their|any)|hoax|bluffing|"
    r"denie[sd] (?:\w+ ){0,4}(?:hacked|breached|breach|data leak)|not (?:the )?source of|(?:was|were|did) "
    r"not (?:exposed|expose|come from) (?:through|by|from|our|its)? ?)\b"
)


def _first(pattern: re.Pattern[str], sentences: tuple[Sentence, ...]) -> Where | None:
    for sentence in sentences:
        match = pattern.search(sentence.text)
        if match:
            return sentence, match
    return None


def _happened(sentences: tuple[Sentence, ...]) -> bool:
    """Whether some sentence says, without denying it, that the attack succeeded."""
    return any(not negated(s.text, m.start()) for s in sentences for m in _SUCCESS.finditer(s.text))


def _decide(head: tuple[Sentence, ...], rest: tuple[Sentence, ...]) -> tuple[str, float, Where | None]:
    """(status, confidence, where it says so) from headline and lead, and from what follows."""
    title = tuple(s for s in head if s.zone == "title") or head[:1]
    denied = _first(_DENIED, title) or _first(_DENIED, head) or _first(_DENIED_PLAINLY, rest)
    if denied:
        return "denied", 0.75, denied
    attempted = _first(_ATTEMPTED, title) or _first(_ATTEMPTED, head[:3])
    if attempted and not _happened(head):
        return "attempted", 0.75, attempted
    firm = _first(_FIRM, head) or _first(_FIRM, rest[:12])
    stated = _first(_STATED, title)
    hedged = _first(_HEDGED, title)
    claimed = _first(_CLAIMED, title) or (None if stated and not hedged else _first(_CLAIMED, head[:3]))
    if claimed and not firm:
        return "claimed", 0.65, claimed
    if hedged and not firm:
        return "reported", 0.6, hedged
    confirmed = _first(_FIRM, head) or _first(_CONFIRMED, head) or _first(_CONFIRMED, rest)
    if confirmed:
        return "confirmed", 0.7, confirmed
    return "confirmed", 0.45, _first(cues.BREACH_ANY_CASE, head) or _first(cues.BREACH_ANY_CASE, rest)


def _is_about(sentence: Sentence, victims: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether a sentence is about this victim: headline, first line, its name, or nobody else's and no background."""
    if sentence.order <= 1 or any(v in sentence.text for v in victims):
        return True
    return not (any(o in sentence.text for o in others) or (sentence.order > 3 and sentence.passing))


def read(text: Text, victims: tuple[str, ...], others: tuple[str, ...]) -> list[Claim]:
    """`claim_status`: one claim, or none for a text without any word of a breach."""
    own = tuple(s for s in text.sentences if _is_about(s, victims, others))
    if not own:
        return []
    head = tuple(s for s in own if s.order <= 4)
    rest = tuple(s for s in own if s.order > 4)
    status, confidence, where = _decide(head, rest)
    if where is None:
        return []
    sentence, match = where
    span = (sentence.zone, sentence.start + match.start(), sentence.start + match.end())
    return [text.claim("claim_status", status, span, (f"claim_status.{status}", confidence))]
