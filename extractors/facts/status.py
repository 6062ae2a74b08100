"""How sure is it? Denied, attempted, claimed by the attacker alone, reported with a hedge, or confirmed.

In: a Text and the victim's names. Out: `claim_status` claims, the best first. What a kept article states as a fact, or the victim, the police or a regulator says, is
`confirmed`; hedged statements ("alleged", "reportedly", "investigating claims") with nobody confirming are `reported`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractors.facts import cues

if TYPE_CHECKING:
    from breachwire.records import Claim
    from extractors.facts.text import Sentence, Text

_DENIED = re.compile(
    r"(?i)\b(?:den(?:y|ies|ied|ying) (?:\w+ ){0,5}(?:breach\w*|hack\w*|attack\w*|leak\w*|compromis\w*|claims?|reports?|that|any|being|incident)|refut(?:es|ed|ing)|rebuff\w*|debunk\w*|(?:was|were|been|is) not (?:\w+ )?(?:hacked|breached|compromised)|(?:was|were)n['’]t (?:hacked|breached)|"
    r"(?:finds?|found|confirms?|says?|sees|there (?:is|was|has been|have been|were)|have not been|has not been) (?:that there (?:is|was) )?(?:no (?:evidence of (?:any |a )?|sign of (?:any |a )?|sufficient basis to conclude )?(?:data |security |system |customer data )?(?:breach(?:es)?|hack|compromise|intrusion)|any breaches)|no breach|bluffing|(?:claims?|reports?) (?:are|is|were|was) "
    r"(?:false|untrue|fake|unfounded|baseless|incorrect)|hoax|not (?:the )?result of (?:a |an |any )?(?:breach|hack)|did not (?:come|originate) from (?:its|our|their)|dementiert|bestreitet|niega|desmiente|dément|smentisce|nega)\b"
)
_ATTEMPTED = re.compile(
    r"(?i)\b(?:(?:attempted|failed|unsuccessful|foiled|thwarted) (?:\w+[ -]){0,3}(?:hack\w*|attack\w*|cyber-?attack\w*|breach|intrusion|phishing|compromise|access)|(?:hack(?:ing)?|intrusion|phishing|breach|cyber-?attack|attack) attempts?|attempts? to (?:gain|hack|breach|access|infiltrate|break|compromise|disrupt|recruit)|thwart(?:s|ed|ing)?|foil(?:s|ed|ing)?|"
    r"fend(?:s|ed)? off|repel(?:s|led)|(?:prevented|blocked|averted|stopped|neutrali[sz]ed) (?:\w+ ){0,4}(?:attack|cyber-?attack|hack|intrusion|breach)|vereitelt|abgewehrt|frustrado|déjoué\w*|sventato)\b"
)
_SUCCESS = re.compile(
    r"(?i)\b(?:(?:data|information|details|records|files|documents|money|systems?|networks?|servers?|database) (?:was|were|has been|have been|had been) (?:stolen|taken|accessed|compromised|leaked|exposed|encrypted|breached|hacked|exfiltrated)|stole|was hacked|was breached|suffered (?:a|an) (?:data|cyber|ransomware|security)|hit by (?:a |an )?(?:\w+ )?(?:ransomware|breach)|data breach)\b"
)
_CLAIMED = re.compile(
    r"(?i)\b(?:claim(?:s|ed|ing)? (?:to|it|they|he|she|that (?:it|they|he|she)|responsibility|credit|breach|attack|hack|data|of|theft|the|control)|(?:gang|group|hackers?|ransomware|collective|crew|attackers?|criminals|crims|[A-Z][\w$]+) (?:\w+ ){0,2}(?:claims?|claimed|alleges?|boasts?|asserts?|asserted)|(?:tout|touts|touted|hawk\w*|offer(?:s|ed|ing)?|sell(?:s|ing)?|post(?:s|ed)?) "
    r"(?:\w+ ){0,5}(?:stolen|alleged|sale|data)|on (?:its|their|a|the) (?:\w+ ){0,3}(?:leak|extortion|data leak) site|leak site|for sale (?:on|in)|hacker selling|allegedly (?:hacked|breached|stolen|stole|belonging)|alleged(?:ly)?|purported(?:ly)?|threat actor|reivindica|bekennt sich|revendiqu\w*|rivendica\w*|hackers? threaten)\b"
)
_HEDGED = re.compile(
    r"(?i)\b(?:alleged(?:ly)?|reportedly|suspected|possible|potential(?:ly)?|apparent(?:ly)?|rumou?r\w*|unconfirmed|unverified|may have (?:been|suffered|had)|might have|could have been|believed to|said to (?:have|be)|thought to|mutmaßlich\w*|presunt[oa]\w*|présumé\w*|purported(?:ly)?|investigat(?:es|ing|ed|e) (?:\w+ ){0,3}(?:claims?|reports?|possible|potential|alleged|suspected|whether)|"
    r"looking into (?:\w+ ){0,2}(?:claims?|reports?)|aware of (?:the )?(?:claims?|reports?)|probes? (?:\w+ ){0,2}(?:claims?|possible|alleged))\b|[‘'\"“](?:cyber[- ]?attack|hack\w*|breach)[’'\"”]"
)
_CONFIRMED = re.compile(
    r"(?i)\b(?:confirm(?:s|ed|ing|ation)?|disclos(?:es|ed|ing|ure)|admit(?:s|ted)?|acknowledg(?:es|ed)|notif(?:y|ied|ies|ying|ication)\w*|apologi[sz]\w*|reveal(?:s|ed)|warns? (?:its |their )?(?:customers|users|patients|members|staff|employees|people|shoppers)|letters? to|filed|filing|regulator|fined|settle\w*|lawsuit|class[- ]action|arrest\w*|charged|sentenced|"
    r"indict\w*|pleaded|(?:said|says|announced|told|wrote|statement|spokes\w+)|ico\b|attorney general|police|prosecut\w*|compensat\w*|recover\w*|restor\w*|resume\w*|victims?|after (?:a |an |the )?(?:\w+ )?(?:cyber|hack|breach|ransomware|attack)|bestätigt|confirma\w*|confirme\w*|conferma\w*|investigation)\b"
)
_FIRM = re.compile(
    r"(?i)\b(?:confirm(?:s|ed)|disclos(?:es|ed|ing)|admit(?:s|ted)|acknowledg(?:es|ed)|notif(?:ied|ies|ying)|apologi[sz]\w*|fined|settlement|class[- ]action|arrest\w*|suffer(?:s|ed)|was hit by|was hacked|were hacked|fell victim|has been hit|had been (?:hacked|breached|hit))\b"
)


def _first(pattern: re.Pattern[str], sentences: tuple[Sentence, ...]) -> tuple[Sentence, re.Match[str]] | None:
    for sentence in sentences:
        match = pattern.search(sentence.text)
        if match:
            return sentence, match
    return None


def _decide(head: tuple[Sentence, ...], rest: tuple[Sentence, ...]) -> tuple[str, float, tuple[Sentence, re.Match[str]] | None]:
    """(status, confidence, where it says so) from headline and lead, and from what follows."""
    title = tuple(s for s in head if s.zone == "title") or head[:1]
    lead = head
    denied = _first(_DENIED, title) or _first(_DENIED, lead)
    if denied:
        return "denied", 0.75, denied
    attempted = _first(_ATTEMPTED, title) or _first(_ATTEMPTED, lead[:3])
    if attempted and not _first(_SUCCESS, lead):
        return "attempted", 0.75, attempted
    claimed = _first(_CLAIMED, title) or _first(_CLAIMED, lead[:3])
    firm = _first(_FIRM, lead) or _first(_FIRM, rest[:12])
    if claimed and not firm:
        hedge = re.match(r"(?i)alleged|purported|threat actor", claimed[1][0])
        return ("reported" if hedge and not _first(re.compile(r"(?i)\bclaim|gang|group|leak site|for sale|selling|hacker"), lead) else "claimed"), 0.65, claimed
    hedged = _first(_HEDGED, title)
    if hedged and not firm:
        return "reported", 0.6, hedged
    confirmed = _first(_FIRM, lead) or _first(_CONFIRMED, lead) or _first(_CONFIRMED, rest)
    if confirmed:
        return "confirmed", 0.7, confirmed
    return "confirmed", 0.45, _first(cues.BREACH, lead) or _first(cues.BREACH, rest)


def read(text: Text, victims: tuple[str, ...], others: tuple[str, ...]) -> list[Claim]:
    """`claim_status`: one claim, or none for a text without any word of a breach."""
    own = tuple(
        s for s in text.sentences
        if s.order <= 1 or any(v in s.text for v in victims) or not (any(o in s.text for o in others) or (s.order > 3 and s.passing))
    )  # fmt: skip
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
