"""What was demanded? Sums of money that the sentence calls a ransom, a demand or a payment to the attackers.

In: a Text. Out: `ransom` claims in ISO 4217 or BTC, ETH, XMR. Losses, fines, costs and settlements are not ransoms.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from breachwire.records import Money
from extractors.facts.alternation import compiled
from extractors.facts.tables import alternatives, meanings

if TYPE_CHECKING:
    from breachwire.records import Claim
    from extractors.facts.text import Sentence, Text

_SYMBOLS = meanings("currencies")
_FACTORS = {word: int(value) for word, value in meanings("scales").items()}
_FACTOR = "|".join(sorted(_FACTORS, key=len, reverse=True))
_WORDS = meanings("words")
_WORD = "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True))
_WRITTEN = "|".join(sorted((re.escape(c) for c in _SYMBOLS if len(c) > 2), key=len, reverse=True))
_SHORT = "|".join(sorted((re.escape(c) for c in _SYMBOLS if len(c) <= 3 or c.endswith("$")), key=len, reverse=True))
_NUMBER = (
    rf"(?P<n>\d{{1,3}}(?:[,.\s'’]\s?\d{{3}})+(?!\d)|\d+(?:[.,]\s?\d+)?|(?:{_WORD})(?=\s(?:{_FACTOR}|bitcoins?|btc)\b))"
    rf"(?:[\s-]?(?P<f>{_FACTOR})\b\.?)?"
)
_BEFORE = re.compile(rf"(?i)(?<![\w$])(?P<c>{_SHORT})\s?(?<!\b[rn]\s){_NUMBER}")
_AFTER = compiled(
    rf"(?i)(?<![\w.,$€£₹]){_NUMBER}(?:\s(?:de|di)(?=\s)|\sd['’](?=e))?\s?-?(?:(?:us|"
    rf"u\.s\.)[\s-](?=dollar))?(?P<c>{_WRITTEN}|€|zł)(?!\w)"
)
_NOT_AFTER = re.compile(
    r"(?i)^\s*(?:usd|dollars|euros|pounds)?\s*(?:in |of )?(?:per|each|worth of|in (?:\w+ )?gift cards|for "
    r"each|a (?:machine|computer|pc|"
    r"unit)|apiece|(?:\w+ ){0,3}(?:losses|damages?|revenue|costs?|fines?|penalt\w+|settlement|insurance|"
    r"compensation|profits?|funding)\b|from (?:its|their) victims)"
)
_DIGIT = re.compile(r"\d")
_SCALE = re.compile(r"[ -](?:mil|bitcoin|btc|thousand|tausend|crore|lakh|hundred)")
_SCALED = re.compile(rf"(?<!\w)(?:{_WORD}){_SCALE.pattern}")
_DEMAND = re.compile(rf"(?i)(?<!\w)(?:{alternatives('ransom.toml', 'demand', 'words')})(?!\w)")
_UNLESS = re.compile(rf"(?i)(?<!\w)(?:{alternatives('ransom.toml', 'demand', 'unless')})(?!\w)")
_ASKS = compiled(
    rf"(?<!\w)(?:{alternatives('ransom.toml', 'demand', 'words')}|{alternatives('ransom.toml', 'demand', 'unless')})"
)
_SALE = re.compile(rf"(?i)(?<!\w)(?:{alternatives('ransom.toml', 'sale', 'words')})(?!\w)")
_PAID = re.compile(r"(?i)\b(?:paid|pay|pays|paying|payment)\b")
_STRONG = re.compile(rf"(?i)(?<!\w)(?:{alternatives('ransom.toml', 'demand', 'strong')})(?!\w)")
_CRIMINALS = re.compile(rf"(?i)(?<!\w)(?:{alternatives('ransom.toml', 'criminals', 'words')})(?!\w)")
_OTHER_CLAIMANTS = re.compile(rf"(?i)(?<!\w)(?:{alternatives('ransom.toml', 'criminals', 'not')})(?!\w)")
_FOR_A_KEY = re.compile(
    r"(?i)\b(?:hackers?|attackers?|ransomware|ransom|criminals?|extort\w*|decrypt\w*|hostage|blackmail\w*|unlock|"
    r"in bitcoins?|"
    r"cryptocurrency|bitcoins?|(?:the|a) key|delete)\b"
)
_ADJACENT = re.compile(
    rf"(?i)(?<!\w)(?:{alternatives('ransom.toml', 'demand', 'words')})(?:\s+(?:of|for|at|von|de|di))?(?:\s+[\w-]+)?\s*$"
)
_ASKED_AFTER = re.compile(
    r"(?i)\s+(?:(?:is|are|was|were) (?:being )?(?:asked|demanded|sought|wanted)|que (?:les?|nos|me)? ?(?:pid\w+|"
    r"exig\w+|reclam\w+)|gefordert|verlangt)"
)
_COINS = ("BTC", "ETH", "XMR")
_IN_COINS = re.compile(r"(?i)\s+(?:worth of|in) (?:bitcoins?|ether\w*|monero|crypto\w*|digital)")
_RANSOM_OF = re.compile(r"(?i)\bransom(?: demand)?(?: of| for)?\s*$")
_NOW = re.compile(r"(?i)\b(?:(?:is|are) (?:now )?(?:demanding|asking|seeking)|demands|wants?|has (?:demanded|asked))\b")
_OTHERS_TOO = re.compile(
    r"(?i)\b(?:similar|another|one in|follows|such as|in the \w+ (?:attack|case|incident)|rivals?)\b"
)
_ANOTHER_CASE = re.compile(
    r"(?i)\b(?:follow(?:s|ed|ing) (?:one|another|those|a similar)|similar to|compared (?:to|with))\b"
)
_NOT = re.compile(rf"(?i)(?<!\w)(?:{alternatives('ransom.toml', 'other_sum', 'words')})(?!\w)")


def _money(match: re.Match[str]) -> Money | None:
    code = _SYMBOLS.get(match["c"].lower())
    raw = match["n"].lower()
    raw = _WORDS.get(raw) or re.sub(r"[\s'’]", "", raw)
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


def _has_number(lower: str) -> bool:
    """Whether there is a figure, or a number in words before a scale or a coin: "two million"."""
    return bool(_DIGIT.search(lower) or (_SCALE.search(lower) and _SCALED.search(lower)))


def _found(sentence: Sentence) -> list[tuple[float, re.Match[str], Money]]:
    found: list[tuple[float, re.Match[str], Money]] = []
    text = sentence.text
    if not _has_number(sentence.lower):
        return []
    if not _ASKS.search(sentence.lower) and not (_PAID.search(text) and _FOR_A_KEY.search(text)):
        return []
    for match in sorted([*_BEFORE.finditer(text), *_AFTER.finditer(text)], key=lambda m: m.start()):
        money = _money(match)
        left = text[max(0, match.start() - 70) : match.start()]
        right = text[match.end() : match.end() + 50]
        if (
            money is None
            or _ANOTHER_CASE.search(text, 0, match.start())
            or (_NOT.search(left[-40:]) and not _RANSOM_OF.search(left))
            or _NOT_AFTER.match(right)
        ):
            continue
        demand = _DEMAND.search(left) or _DEMAND.search(right) or _UNLESS.search(left[-60:] + " # " + right)
        paid = _PAID.search(left[-40:]) and _FOR_A_KEY.search(text)
        beside = (
            _ADJACENT.search(left)
            or _UNLESS.search(left[-60:] + " # " + right)
            or _ASKED_AFTER.match(text, match.end())
        )
        if not _STRONG.search(text) and (_OTHER_CLAIMANTS.search(left) or not (beside or _CRIMINALS.search(text))):
            continue
        if not (demand or paid) or (_SALE.search(left[-60:] + " # " + right) and "ransom" not in sentence.lower):
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


def _is_the_coin(match: re.Match[str], money: Money, found: list[tuple[float, Sentence, re.Match[str], Money]]) -> bool:
    """Whether the sum is the coins that another one only converts: "$6 million in bitcoin", and then "1,000 "
    "bitcoins"."""
    return money.currency in _COINS and any(
        m is not match and sum_.currency not in _COINS and _IN_COINS.match(m.string, m.end()) for _, _, m, sum_ in found
    )


def _about_others(sentence: Sentence, victims: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether the sentence tells of what was demanded of, or paid by, somebody else."""
    if any(v in sentence.text for v in victims):
        return False
    if any(o in sentence.text for o in others):
        return True
    passing = sentence.passing and (
        sentence.order > 3 or (sentence.order > 1 and _OTHERS_TOO.search(sentence.text) is not None)
    )
    late_payment = sentence.order > 3 and _DEMAND.search(sentence.text) is None and " paid " in sentence.lower
    return (passing and _NOW.search(sentence.text) is None) or late_payment


def read(text: Text, victims: tuple[str, ...], others: tuple[str, ...]) -> list[Claim]:
    """`ransom` claims, the best one first."""
    found: list[tuple[float, Sentence, re.Match[str], Money]] = []
    for sentence in text.sentences:
        sums = _found(sentence)
        if sums and not _about_others(sentence, victims, others):
            found.extend((merit, sentence, match, money) for merit, match, money in sums)
    claims: list[Claim] = []
    found = [(merit + 1.2 * _is_the_coin(match, money, found), s, match, money) for merit, s, match, money in found]
    for index, (merit, sentence, match, money) in enumerate(sorted(found, key=lambda f: -f[0])):
        span = (sentence.zone, sentence.start + match.start(), sentence.start + match.end())
        claims.append(text.claim("ransom", money, span, ("ransom.demanded", 0.5 + 0.25 * merit if not index else 0.3)))
    return claims[:4]
