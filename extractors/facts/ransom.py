"""What was demanded? Sums of money that the sentence calls a ransom, a demand or a payment to the attackers.

In: a Text. Out: `ransom` claims in ISO 4217 or BTC, ETH, XMR. Losses, fines, costs and settlements are not ransoms.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from breachwire.records import Money
from extractors.facts.tables import meanings

if TYPE_CHECKING:
    from breachwire.records import Claim
    from extractors.facts.text import Sentence, Text

_SYMBOLS = meanings("currencies")
_FACTORS = {word: int(value) for word, value in meanings("scales").items()}
_FACTOR = "|".join(sorted(_FACTORS, key=len, reverse=True))
_NUMBER = (
    rf"(?P<n>\d{{1,3}}(?:[,.\s]\s?\d{{3}})+(?!\d)|\d+(?:[.,]\s?\d+)?|(?:one|two|three|four|five|six|ten|"
    rf"a)(?=\s(?:million|bitcoins?)))(?:[\s-]?(?P<f>{_FACTOR})\b\.?)?"
)
_BEFORE = re.compile(
    rf"(?i)(?<![\w])(?P<c>(?:us|a|au|c|ca|nz|hk|s|r)?\$|[€£₹¥₩]|usd|eur|gbp|btc|rm|rs\.?|inr|chf|aud|cad)\s?{_NUMBER}"
)
_AFTER = re.compile(
    rf"(?i)(?<![\w.,$€£₹]){_NUMBER}(?:\s(?:de|d['’]|di)(?=\s))?\s?-?(?P<c>bitcoins?|btc|ether(?:eum)?|eth|monero|xmr|euros?|€|"
    rf"dollars?|dólares|dollari|dollar|usd|pounds|won|rupees|yen)(?!\w)"
)
_NOT_AFTER = re.compile(
    r"(?i)^\s*(?:usd|dollars|euros|pounds)?\s*(?:in |of )?(?:per|each|worth of|in (?:\w+ )?gift cards|for "
    r"each|a (?:machine|computer|pc|"
    r"unit)|apiece|(?:\w+ ){0,3}(?:losses|damages?|revenue|costs?|fines?|penalt\w+|settlement|insurance|"
    r"compensation|profits?|funding)\b|from (?:its|their) victims)"
)
_HAS_NUMBER = re.compile(r"\d|\b(?:one|two|three|four|five|six|ten|a) (?:million|bitcoin)")
_WORDS = {"one": "1", "a": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "ten": "10"}
_DEMAND = re.compile(
    r"(?i)\b(?:ransoms?|demand(?:s|ed|ing)?|extort\w*|blackmail\w*|asked for|asks for|asking for|asking|"
    r"wants?|wanted|set a price|price of|offered (?:\w+ ){0,4}for|"
    r"requested|sought|lösegeld\w*|forder\w+|verlang\w+|rescate|exig\w+|piden|reclam\w+|rançon|réclam\w+|riscatto|chiedono|resgate|losgeld|eisen)\b"
)
_PAID = re.compile(r"(?i)\b(?:paid|pay|pays|paying|payment)\b")
_CRIMINALS = re.compile(
    r"(?i)\b(?:hackers?|attackers?|ransomware|ransom|criminals?|extort\w*|decrypt\w*|hostage|blackmail\w*|"
    r"unlock|in bitcoins?|cryptocurrency)\b"
)
_NOT = re.compile(
    r"(?i)\b(?:fine[sd]?|penalt\w+|cost(?:s|ing)?|loss(?:es)?|lost|settle\w*|compensat\w*|revenue|profits?|"
    r"insurance|insured|worth|valued|market|shares?|damages?|budget|sales|turnover|per (?:machine|computer|"
    r"infected|pc|device|user)|each|average|spent|spend\w*|"
    r"emergency|contracts?|repair|recover\w* costs?|upgrade|donat\w+|reward|bounty|raised|funding|earned|"
    r"earning|collected|made|extorted|estimated|stole|stolen|theft of|drained|siphoned|wired|transferred|"
    r"gift cards?)\b"
)


def _money(match: re.Match[str]) -> Money | None:
    code = _SYMBOLS.get(match["c"].lower())
    raw = re.sub(r"\s", "", match["n"].lower())
    raw = _WORDS.get(raw, raw)
    if re.fullmatch(r"[1-9]\d{0,2}(?:[.,]\d{3})+", raw) and not match["f"]:
        raw = re.sub(r"[.,]", "", raw)
    raw = raw.replace(",", ".")
    try:
        amount = Decimal(raw) * _FACTORS.get((match["f"] or "").lower(), 1)
    except ArithmeticError:
        return None
    return Money(amount=amount, currency=code) if code and 0 < amount < 10**15 else None


def read_sums(text: str) -> list[Money]:
    """Every sum of money in a text, in order, whatever it is for."""
    found = sorted([*_BEFORE.finditer(text), *_AFTER.finditer(text)], key=lambda m: m.start())
    return [money for money in map(_money, found) if money]


def _found(sentence: Sentence) -> list[tuple[float, re.Match[str], Money]]:
    found: list[tuple[float, re.Match[str], Money]] = []
    text = sentence.text
    if not _HAS_NUMBER.search(sentence.lower):
        return []
    if not _DEMAND.search(text) and not (_PAID.search(text) and _CRIMINALS.search(text)):
        return []
    for match in sorted([*_BEFORE.finditer(text), *_AFTER.finditer(text)], key=lambda m: m.start()):
        money = _money(match)
        left = text[max(0, match.start() - 70) : match.start()]
        right = text[match.end() : match.end() + 50]
        if money is None or _NOT.search(left[-40:]) or _NOT_AFTER.match(right):
            continue
        demand = _DEMAND.search(left) or _DEMAND.search(right)
        paid = _PAID.search(left[-40:]) and _CRIMINALS.search(text)
        if not (demand or paid):
            continue
        merit = (1.0 if demand else 0.6) + (0.5 if sentence.zone == "title" else 0.0) - 0.01 * sentence.order
        if "ransom" in (left[-30:] + right[:25]).lower() or "demand" in left[-30:].lower():
            merit += 0.4
        if (
            re.search(
                r"(?i)(?:about|around|worth|equivalent|approximately|approx\.?|roughly|or|\()\s*(?:of )?$", left[-14:]
            )
            and found
        ):
            merit -= 0.3
        found.append((merit, match, money))
    return found


def read(text: Text, victims: tuple[str, ...], others: tuple[str, ...]) -> list[Claim]:
    """`ransom` claims, the best one first."""
    found: list[tuple[float, Sentence, re.Match[str], Money]] = []
    for sentence in text.sentences:
        named = any(v in sentence.text for v in victims)
        if not named and (any(o in sentence.text for o in others) or (sentence.order > 3 and sentence.passing)):
            continue
        found.extend((merit, sentence, match, money) for merit, match, money in _found(sentence))
    claims: list[Claim] = []
    for index, (merit, sentence, match, money) in enumerate(sorted(found, key=lambda f: -f[0])):
        span = (sentence.zone, sentence.start + match.start(), sentence.start + match.end())
        claims.append(text.claim("ransom", money, span, ("ransom.demanded", 0.5 + 0.25 * merit if not index else 0.3)))
    return claims[:4]
