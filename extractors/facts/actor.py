"""Who did it, and with what? Names from the table in the right company, and names that the text itself introduces.

In: a Text, its names, the victim's names, and other victims. Out: `threat_actor` and `malware` claims. A ransomware's
name stands for the gang where it acts (claims, lists, posts) and for the malware where it infects. Weak names count
next to such words only. Background on other attacks is left out.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from extractors.facts import cues
from extractors.facts.alternation import compiled
from extractors.facts.places import place
from extractors.facts.tables import (
    KnownName,
    alternatives,
    common_words,
    key,
    known_names,
    organisations,
    word_set,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from breachwire.records import Claim
    from extractors.facts.names import Name
    from extractors.facts.text import Sentence, Text

_RUN_WORD = re.compile(r"\S+")
_GROUP_AFTER = re.compile(
    r"(?i)^,\s+(?:an?|the|one of the)\s+(?:[\w-]+\s+){0,4}(?:group|gang|crew|collective|outfit|operation|hackers|"
    r"extortionists)\b|"
    r"^[\"”’']?\s*(?:\([^)]{1,30}\)\s*)?(?:['’]s\s+)?(?:(?:ransomware(?:-as-a-service)?|raas|hacking|"
    r"hacker|hackers|cyber ?crime|cybercriminal|extortion|threat|hacktivist|criminal|crime|russian|chinese|"
    r"leak|data|dark web)[ -]*){0,3}"
    r"(?:group|gang|collective|crew|hackers|operation|operators|actors?|team|syndicate|cartel|leak site|"
    r"site|cybercriminals|criminals|outfit|affiliates?|blog)\b"
)
_ACTS_AFTER = re.compile(
    r"(?i)^[\"”’']?\s*(?:\([^)]{1,40}\)\s*)?(?:ransomware\s+|hackers\s+)?,?\s*(?:has|have|had|also|later|"
    r"reportedly|allegedly|publicly)?\s*(?:claim(?:s|ed|ing)?|took (?:credit|responsibility)|takes credit|"
    r"listed|lists|posted|posts|added|adds|published|leaked|leaks|hacks|hacked|stole|steals|threaten\w*|"
    r"demand\w*|breached|"
    r"boasted|asserted|attacked|targeted|defac\w+|dumped|is behind|was behind|are behind|released|sitting|"
    r"named|exfiltrated|deploy\w*)\b"
)
_GROUP_BEFORE = compiled(
    rf"(?i)(?:\b(?:{alternatives('actor.toml', 'introduced', 'group_before')})|group|gang|collective|crew|hackers?|"
    rf"actors?|operators?|hacktivists?|criminals|organisation|"
    r"organization|cyber ?criminals?|handle|alias|attributed to|linked to|ties to|tied to|claimed by|"
    r"carried out by|work of|blamed on|responsibility by|"
    r"behind the (?:attack|hack|breach|intrusion) (?:is|was|were)|hacker group|named|called|known as|"
    r"calling (?:itself|themselves|himself)|identified (?:themselves|itself|himself|herself) as|listed by|"
    r"posted by|affiliate of|members? of|perpetrated by|hacked by|breached by|attacked by|attack by|breach "
    r"by|gang,)\s*,?\s*(?:the\s+|a\s+)?(?:[a-z-]+\s+)?[\"“‘'@]?$"
)
_INFECTS_BEFORE = re.compile(
    r"(?i)(?:infect\w+ (?:with|by)|hit (?:with|by)|strain of|variant of|variant|ransomware (?:called|known "
    r"as|named|dubbed|strain|variant|family)|malware (?:called|known as|named|dubbed|strain|family)?|worm|"
    r"trojan|virus(?: called)?|dubbed|deploy(?:ed|ing)|installed|planted|implanted|dropped|delivered|using|used|"
    r"version of|piece of malware|(?:stealer|trojan|worm|malware|backdoor|loader|ransomware|strain|wiper) (?:was|"
    r"is)|called|with|"
    r"encrypted by|backdoor|implant|toolkit|botnet)\s*,?\s*(?:the\s+|a\s+|as\s+|is\s+)?[\"“‘']?$"
)
_INFECTS_AFTER = re.compile(
    r"(?i)^[\"”’']?\s*(?:crypto-?)?(?:ransomware|malware|trojan|worm|virus|botnet|backdoor|wiper|"
    r"infostealer|stealer|rat\b|loader|implant|dropper|skimmer|spyware|keylogger|attack|outbreak|infection|strain|"
    r"variant|payload)\b(?!\s+(?:gang|group|"
    r"crew|operat\w+|claim\w*|hackers|has|said|collective|listed|leak|actors?))"
)
_NAME = (
    r"(?P<name>(?:(?<=[\"“„‘'@])[A-Z][\w$.@ -]{2,30}(?=[\"”“’'])|"
    r"[A-Z][\w$.@-]*\w(?:\(\d+\))?(?: (?:[A-Z0-9][\w$.-]*)){0,3}|"
    r"[\w$]+\d[\w$]*|[a-z]+[A-Z]\w+|(?<=[\"“„‘'@])[\w$.-]{4,24}))"
)
_INTRODUCED = re.compile(
    rf"(?<!\w)(?i:{alternatives('actor.toml', 'introduced', 'words')})\s+(?:the\s+|of\s+)?[\"“„‘'@]?{_NAME}[\"”“’']?"
)
_HANDLE = re.compile(  # a handle in quotes: "posted by 'nova_77'", "'nova_77', a forum user"
    r"\b(?:by|user|called|seller|poster|hacker|handle|alias|from)\s[\"“„‘'](?P<name>[\w$.-]*[\d_][\w$.-]*|"
    r"[a-z]+[A-Z]\w*)[\"”“’']|"
    r"[\"“„‘'](?P<other>[\w$.-]{4,24})[\"”“’'],? (?:an?|the) (?:[\w-]+ ){0,2}(?:user|member|seller|hacker|poster|"
    r"vendor)\b"
)
_STRAIN_NAMED = re.compile(
    r"\b(?i:malware|ransomware|trojan|worm|virus|wiper|backdoor|strain|loader|stealer|implant|spyware|botnet|"
    r"schadsoftware|programa malicioso|"
    r"rançongiciel) (?i:called|named|known as|dubbed|namens|llamad[oa]|conocid[oa] como|nommé|"
    r"baptisé) (?:the )?[\"“„‘']?"
    r"(?P<name>[A-Z][\w.-]*\w(?: [A-Z][\w.-]*\w)?)"
)
_NOT_BEHIND = re.compile(
    r"(?i)\s*(?:was|is|were|are|has|had)(?: not|n['’]t) (?:behind|responsible|involved|claimed|linked)"
)
_CLAIMED = re.compile(
    rf"(?<!\w)(?P<name>[A-Z][\w$.-]*\w(?: (?:[A-Z0-9][\w$.-]*)){{0,3}}),? "
    rf"(?i:{alternatives('actor.toml', 'introduced', 'claims')})\b"
)
_IN_THE_DOCK = re.compile(  # "Jan Novak, 41, was sentenced", "sentenced Jan Novak, 41,"
    r"(?<!\w)(?P<name>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+|"
    r" [A-Z]\.){1,3}), (?:aged )?\d\d,? (?:of [^,]{3,30}, )?(?:who [^,]{3,60}, )?"
    r"(?:has |have |had )?(?:been |was |is )?(?:pleaded guilty|admitted|jailed|sentenced|convicted|charged|indicted|"
    r"arrested|found guilty)\b|"
    r"\b(?:sentenced|jailed|convicted|charged|indicted|arrested|"
    r"extradited) (?P<other>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+| [A-Z]\.){1,3}), \d\d\b"
)
_GANG_NAMED = re.compile(
    r"(?:\b[Tt]he |\b)(?P<name>[A-Z][\w$]+(?: [A-Z][\w$]+){0,2}) (?i:(?:ransomware|hacking|extortion|cyber "
    r"?crime|cybercrime|hacker) (?:group|gang|collective|crew|operation))\b"
)
_LATELY = re.compile(r"\b(?:late |early |earlier )?(?:last|this) (?:week|month|year)\b")
_QUESTION = re.compile(r"[^.!?]*\?")
_MAY_BE = compiled(
    r"(?i)\b(?:not (?:believed|thought|clear|linked|known)|no (?:evidence|link)|unlike|similar to|"
    r"reminiscent|compared (?:to|with)|comparisons?|parallels?|echo(?:es|ed|ing)?|same (?:group|gang|"
    r"hackers?) (?:that|which|who|behind)|also "
    r"(?:behind|responsible|claimed|targeted|attacked)|previously|in the past|other victims|rival|"
    r"copycat)\b"
)


@lru_cache(maxsize=4096)
def _lookup(name: str) -> tuple[int, int, KnownName] | None:
    """The longest known name inside a run of words, with its offsets."""
    words = [(m.start(), m.end()) for m in _RUN_WORD.finditer(name)]
    table = known_names()
    for length in range(min(4, len(words)), 0, -1):
        for first in range(len(words) - length + 1):
            start, end = words[first][0], words[first + length - 1][1]
            known = table.get(key(name[start:end]))
            if known and (known.kind != "malware" or name[start].isupper()):
                return start, end, known
    return None


def _about_others(sentence: Sentence, victims: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether a sentence tells who attacked somebody else. "Last week" alone says nothing of the kind: crews boast
    weeks after."""
    if any(v in sentence.text for v in victims) or sentence.order <= 2:
        return False
    background = sentence.passing and cues.in_passing(_LATELY.sub(" ", sentence.lower))
    return any(o in sentence.text for o in others) or background or _MAY_BE.search(sentence.text) is not None


def _judge(known: KnownName, left: str, right: str) -> tuple[str, float] | None:
    """(field, confidence) of a known name between these words, or nothing where the context is too thin."""
    if _NOT_BEHIND.match(right):
        return None
    group = _GROUP_AFTER.match(right) or _GROUP_BEFORE.search(left[-70:])
    acts = _ACTS_AFTER.match(right)
    infects = _INFECTS_AFTER.match(right) or _INFECTS_BEFORE.search(left[-50:])
    if known.kind in {"actor", "gang"}:
        if known.weak and not (
            group or (acts and known.kind == "actor") or (known.kind == "gang" and _INFECTS_AFTER.match(right))
        ):
            return None
        return "threat_actor", 0.85 if group or acts else 0.65
    if known.kind == "ransomware" and _GROUP_AFTER.match(right):
        return "threat_actor", 0.8
    if infects:
        return "malware", 0.8
    return ("malware", 0.55) if known.kind == "ransomware" and not known.weak else None


def _known(text: Text, names: tuple[Name, ...], victims: tuple[str, ...], others: tuple[str, ...]) -> Iterator[Claim]:
    victim_keys = {key(v) for v in victims}
    for name in names:
        found = _lookup(name.text)
        if found is None:
            continue
        start, end, known = found
        written = key(name.text[start:end])
        if name.key in victim_keys or (known.weak and (written in organisations() or place(written) is not None)):
            continue
        sentence = text.sentence_at(name.zone, name.start)
        before = sentence.text[: name.start - sentence.start] if start == 0 else name.text[:start]
        if (
            known.weak
            and (start, end) != (0, len(name.text))
            and not _INFECTS_AFTER.match(name.text[end:])
            and not _GROUP_AFTER.match(name.text[end:])
            and not _GROUP_BEFORE.search(before[-70:])
        ):
            continue
        if _about_others(sentence, victims, others) or _QUESTION.match(
            sentence.text, name.start + end - sentence.start
        ):
            continue
        span = (name.zone, name.start + start, name.start + end)
        left, right = text.around(*span)
        verdict = _judge(known, left, right)
        if verdict:
            field, sure = verdict
            sure += 0.08 * (name.zone == "title") - 0.01 * min(name.order, 20)
            yield text.claim(field, known.canonical, span, (f"{field}.known", sure))


def _names_somebody(words: list[str]) -> bool:
    """Whether small words in the place of an actor's name can be one: no nationality, no word like "hackers"."""
    nobody = word_set("words.toml", "actors", "nobody")
    if not words or len("".join(words)) < 3 or words[-1] in nobody or (words[0] in nobody and len(words) < 3):
        return False
    return place(" ".join(words)) is None and not (len(words) == 1 and words[0] in common_words())


_WAYS = (  # what a sentence in small letters must hold, the pattern, the rule's name, how sure it is
    (
        compiled(rf"\b(?:{alternatives('actor.toml', 'introduced', 'words')})"),
        _INTRODUCED,
        "threat_actor.introduced",
        0.82,
    ),
    (re.compile(r"[\"“„‘']"), _HANDLE, "threat_actor.handle", 0.78),
    (compiled(rf" (?:{alternatives('actor.toml', 'introduced', 'claims')})"), _CLAIMED, "threat_actor.claims", 0.75),
    (
        re.compile(r"called|named|known|dubbed|namens|llamad|conocid|nomm|baptis"),
        _STRAIN_NAMED,
        "malware.introduced",
        0.75,
    ),
    (re.compile(r"group|gang|collective|crew|operation"), _GANG_NAMED, "threat_actor.gang", 0.7),
    (re.compile(r", (?:aged )?\d\d\b"), _IN_THE_DOCK, "threat_actor.accused", 0.6),
)


def _introduced(text: Text, victims: tuple[str, ...], others: tuple[str, ...]) -> Iterator[Claim]:
    for sentence in text.sentences:
        ways = [way for way in _WAYS if way[0].search(sentence.lower)]
        if not ways or _about_others(sentence, victims, others):
            continue
        for _, pattern, rule, sure in ways:
            if rule == "threat_actor.gang" and not sentence.breach:
                continue
            for match in pattern.finditer(sentence.text):
                group = match.lastgroup or "name"
                name = match[group].strip(" .,'\"")
                words = name.lower().split()
                if not _names_somebody(words) or key(name) in {key(v) for v in victims}:
                    continue
                known = known_names().get(key(name))
                start = sentence.start + match.start(group)
                value = known.canonical if known else name
                yield text.claim(
                    rule.split(".")[0],
                    value,
                    (sentence.zone, start, start + len(name)),
                    (rule, sure - 0.01 * min(sentence.order, 20)),
                )


def read(text: Text, names: tuple[Name, ...], victims: tuple[str, ...], others: tuple[str, ...]) -> list[Claim]:
    """`threat_actor` and `malware` claims, one for each value: its best-placed one, surer when it is repeated."""
    best: dict[tuple[str, str], Claim] = {}
    counts: dict[tuple[str, str], int] = {}
    for claim in (*_known(text, names, victims, others), *_introduced(text, victims, others)):
        identity = (claim.field, key(str(claim.value)))
        counts[identity] = counts.get(identity, 0) + 1
        if identity not in best or claim.confidence > best[identity].confidence:
            best[identity] = claim
    return sorted(best.values(), key=lambda c: -c.confidence - 0.02 * min(counts[(c.field, key(str(c.value)))], 5))
