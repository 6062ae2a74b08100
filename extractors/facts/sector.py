"""What does the victim do? From words beside its name, the name itself, what the text calls it, whose data it was; then
a table.

In: a Text, its names, the victim's names. Out: `sector` claims of the vocabulary, the best first. The words are read by
`trades`; here is what each of them weighs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from extractors.facts.alternation import compiled
from extractors.facts.kinds import kind_after, kind_before
from extractors.facts.tables import key, organisations
from extractors.facts.trades import Trade, trades_in, trades_of_name

if TYPE_CHECKING:
    from breachwire.records import Claim, Zone
    from extractors.facts.names import Name
    from extractors.facts.text import Sentence, Text

ACCEPT = 1.1
MARGIN = 1.6
"""Votes that a sector needs, and by how much it must beat the next. Of 0.8 to 1.2 and 1.2 to 1.6, with names at
1.6, 2.0 and 2.6, these gave most precision for least recall on development.jsonl and benchmarks/newsroom.py."""
MAX_SENTENCES = 9
_CONTEXT_AFTER = re.compile(
    r"(?i)^(?:\s*\([^)]{1,40}\))?\s*(?:,|\bis\b|\bwas\b|—|–|-)\s*(?=(?:an?|the|one of|which|who|operator|owner|"
    r"maker|part of|"
    r"eine?[rsn]?|der|die|das|una?|el|la|une?|le|uma?|het|een|"
    r"(?:[\w-]+ ){0,3}(?:firm|company|chain|group|provider|giant|maker|operator))\b)([^.;]{0,80})"
)
_SPLIT = compiled(
    r"(?i)\b(?:at|on|by|of|from|against|for|in|the|a|an|that|said|and|to|with|breached|hacked|targeting|hit|"
    r"says|as|after|"
    r"bei[m]?|von|vom|der|die|das|den|dem|el|la|los|las|del|de|le|les|du|il|lo|o|na|no)\s+"
)
_DEFINITE = re.compile(
    r"(?i)(?:\b(?:the|der|die|das|den|dem|des|beim|vom|zum|im|el|la|los|las|del|al|le|les|du|au|il|lo|gli|dello|"
    r"della|do|da|"
    r"het|its|their|our)\s|\bl['’])(?:[\w'’.-]+\s){0,2}$"
)
_INDEFINITE = re.compile(r"(?i)(?:\b(?:an?|eine?[rmns]?|una?|une|uma?|een|um)\s)(?:[\w'’.-]+\s){0,3}$")
_WHERE = re.compile(
    r"(?i)\b(?:in|near|from|outside|around|across|at|of|to|aus|en|de)\s(?:the\s|an?\s)?(?:[\w'’-]+\s){0,2}$"
)
_OTHERS = compiled(
    r"(?i)\b(?:customers|clients|users|accounts?|other|another|many|several|used by|uses?|serv\w+|"
    r"sells? (?:\w+ )?to|suppl\w+ to|"
    r"provides? .{0,30}to|including|such as|like|between|to|told|tells|asked?|fined by|sued by|sues?|its|local|"
    r"for|with|\d[\d,.]*|"
    r"two|three|four|five|six|seven|eight|nine|ten|dozen\w*|hundreds of|thousands of|kunden|anderen?|otros|"
    r"otras|clientes de|für|"
    r"mit|para|unlike|via|through|as far as|former|ex)\s(?:[\w'’-]+\s){0,2}$"
)
_NAMED = re.compile(r"\s[\"„“«‘']?[A-ZÄÖÜÉ][\w&.-]+")
_HOLDER = re.compile(
    r"(?i)['’]?s?['’]? (?:officials|leaders|workers|managers?|spokes\w+|website|web ?site|site|systems?|network|"
    r"networks|servers?|computers?|data|database|customers?|members|staff|"
    r"employees|website|portal|app|records|accounts?|said|says|has|had|was|is|confirmed|told|did|also|serves|"
    r"operates|which|"
    r"revealed|added|discovered|disclosed|notified|would|could|does|will|went|took|lost|found|shut|declined|"
    r"refused|admits?|"
    r"admitted|blames?|warns?|warned|paid|pays|hit|hacked|breached|confirms|reports|denies|denied)\b"
)
Span = tuple["Zone", int, int]


class _Votes:
    """Sums of weights by sector, with the span that weighs most. A rule counts less each time it speaks."""

    def __init__(self) -> None:
        self.weights: dict[str, float] = defaultdict(float)
        self.spans: dict[str, tuple[float, Span, str]] = {}
        self._seen: dict[tuple[str, str], int] = defaultdict(int)

    def add(self, sector: str, weight: float, span: Span, rule: str) -> None:
        """One piece of evidence."""
        self._seen[sector, rule] += 1
        self.weights[sector] += weight / self._seen[sector, rule]
        if sector not in self.spans or weight > self.spans[sector][0]:
            self.spans[sector] = (weight, span, rule)


def _beside(text: Text, names: tuple[Name, ...], victim_keys: set[str], votes: _Votes) -> None:
    """Words right before and right after the victim's name: "retailer Acme", "Acme, a bank"."""
    used = 0
    for name in names:
        if name.key not in victim_keys or used >= 8:
            continue
        used += 1
        weight = 3.2 if name.order <= 3 else 2.2
        left, right = text.around(name.zone, name.start, name.end)
        kind = kind_before(left)
        offset = name.start - len(left)
        if kind:
            span = (name.zone, offset + kind.start, offset + kind.end)
            votes.add(kind.sector, weight, span, "sector.apposition")
        else:
            _scan_before(left, (name.zone, offset), weight, votes)
        kind = kind_after(right)
        after = _CONTEXT_AFTER.match(right)
        if kind:
            span = (name.zone, name.end + kind.start, name.end + kind.end)
            votes.add(kind.sector, weight, span, "sector.apposition")
        elif after:
            trades = [t for t in trades_in(after[1]) if not t.owner and not t.plural]
            for trade in trades[-1:]:
                span = (name.zone, name.end + after.start(1) + trade.start, name.end + after.start(1) + trade.end)
                votes.add(trade.sector, 0.6 * weight, span, "sector.apposition")


def _scan_before(left: str, offset: tuple[Zone, int], weight: float, votes: _Votes) -> None:
    """The kind that ends right before a name, when no comma or preposition parts them."""
    words = _SPLIT.split(left[-60:])[-1]
    if not words.strip() or not left.endswith((" ", '"', "“", "„", "‘", "'")) or re.search(r"[,.;:]", words):
        return
    start = len(left) - len(words)
    for trade in trades_in(words):
        if not trade.owner and not words[trade.end :].strip("'’s \"“„‘"):
            span = (offset[0], offset[1] + start + trade.start, offset[1] + start + trade.end)
            votes.add(trade.sector, weight, span, "sector.apposition")
        break


def _in_names(names: tuple[Name, ...], victim_keys: set[str], votes: _Votes) -> None:
    """What the names say themselves, their heads most; and the table."""
    heads: dict[str, tuple[float, Span]] = {}
    known: tuple[str, Span] | None = None
    seen: set[str] = set()
    for name in names:
        if name.key not in victim_keys or name.key in seen:
            continue
        seen.add(name.key)
        for rank, trade in enumerate(trades_of_name(name.text)):
            weight = 0.8 if rank else 1.0 if trade.weak else 1.6
            span = (name.zone, name.start + trade.start, name.start + trade.end)
            if weight > heads.get(trade.sector, (0.0, span))[0]:
                heads[trade.sector] = (weight, span)
        entry = organisations().get(name.key)
        if entry and known is None:
            known = (entry.sector, (name.zone, name.start, name.end))
    for sector, (weight, span) in heads.items():
        votes.add(sector, weight, span, "sector.name")
    if known:
        votes.add(known[0], 4.0, known[1], "sector.table")


def _weight_of(trade: Trade, sentence: Sentence, *, first: bool) -> tuple[float, str]:
    """What one trade in a sentence weighs, and by which rule. `first`: it is the first in its headline."""
    left, right = sentence.text[max(0, trade.start - 50) : trade.start], sentence.text[trade.end : trade.end + 30]
    title = sentence.order == 0
    early = 1.0 if sentence.order <= 2 else 0.7 if sentence.order <= 5 else 0.4
    if trade.owner:
        return (0.5 if title else 0.4 * early) * (1.0 if trade.plural else 0.8), "sector.owners"
    if _OTHERS.search(left):
        return 0.0, "sector.words"
    holder = _HOLDER.match(right) is not None
    if trade.sector == "public" and not holder and not title and _WHERE.search(left):
        return 0.0, "sector.words"
    scale = 0.3 if trade.bystander else 0.5 if trade.plural and not title else 1.0
    if title:
        return scale * (1.2 if first else 0.6), "sector.words"
    if _NAMED.match(right):
        return scale * early * 1.2, "sector.referent"
    if _DEFINITE.search(left):
        return scale * early * (1.4 if holder else 0.9), "sector.referent"
    if _INDEFINITE.search(left):
        return scale * early * 0.7, "sector.words"
    return scale * early * (0.6 if holder else 0.35), "sector.words"


def _in_text(text: Text, victim_spans: list[Span], votes: _Votes) -> None:
    """Headline and first sentences: kinds by how they are referred to, and whose data it was."""
    german = text.article.language == "de"
    for sentence in text.sentences[:MAX_SENTENCES]:
        if sentence.order > 2 and sentence.passing:
            continue
        trades = sorted(trades_in(sentence.text), key=lambda t: t.start)
        kinds = [t for t in trades if not t.owner]
        subject = next((t for t in kinds if _HOLDER.match(sentence.text, t.end)), kinds[0] if kinds else None)
        for trade in trades:
            weight, rule = _weight_of(trade, sentence, first=trade is subject)
            span = (sentence.zone, sentence.start + trade.start, sentence.start + trade.end)
            inside = any(z == span[0] and a < span[2] and span[1] < b for z, a, b in victim_spans)
            named = sentence.order > 0 and trade.start > 1 and sentence.text[trade.start].isupper() and not german
            if named:
                weight = 0.0 if victim_spans else 0.5 * weight
            if weight and not inside:
                votes.add(trade.sector, weight, span, rule)


def read(text: Text, names: tuple[Name, ...], victims: tuple[str, ...]) -> list[Claim]:
    """`sector`: one claim where the evidence is enough and clearly for one sector."""
    votes = _Votes()
    victim_keys = {key(v) for v in victims}
    _beside(text, names, victim_keys, votes)
    _in_names(names, victim_keys, votes)
    _in_text(text, [(n.zone, n.start, n.end) for n in names if n.key in victim_keys], votes)
    ranked = sorted(votes.weights.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] < ACCEPT:
        return []
    sector, weight = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    if weight < MARGIN * second:
        return []
    _, span, rule = votes.spans[sector]
    return [text.claim("sector", sector, span, (rule, 0.4 + 0.5 * weight / (weight + second + 1)))]
