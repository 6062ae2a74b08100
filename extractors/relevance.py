"""Does this article report a cyber incident? A sum of weighted terms, and every term can be shown.

`config/keywords.toml` holds the rules. A term counts once in each zone in which one of its phrases stands (headline,
lead, body), with its weight times the zone's factor; negatives subtract in the same way; text that an exclusion covers
is not seen by either.

The article's language chooses the rules, and it is the text's own: a Spanish article in an English feed is read by the
Spanish ones. English terms count in every language, for its words are borrowed; all terms count where the language is
not known. A concept that two languages name alike ("hacker" and "hacker-de") counts once, at its best weight. Negatives
count only in their own language, English ones where there are none: they are everyday words ("update", "exploit").
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from breachwire.records import Article, Term, Verdict
from breachwire.settings.keywords import Keywords, TermRule
from extractors.literals import Squeezed
from extractors.matching import Matcher, fold, grouped

LEAD_CHARS = 600  # what a reader sees before scrolling: the lead zone, in characters of the body
_SEAM = " \x1f "  # parts title and body in the searched text; no phrase holds it
ROUND_UP = "round-up"  # negatives whose id begins so name articles about many incidents at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The sum of one text, with what made it: `terms` count for, `negatives` (weights below 0) against."""

    value: float
    terms: tuple[Term, ...]
    negatives: tuple[Term, ...]


class Judge:
    """Scores and judges texts by the rules of keywords.toml. Built once a run; holds no state of any article."""

    def __init__(self, keywords: Keywords) -> None:
        self._version = keywords.version
        self._thresholds = keywords.thresholds
        self._rules: tuple[TermRule, ...] = (*keywords.terms, *keywords.negatives)
        self._positives = len(keywords.terms)
        signed = [rule.weight for rule in keywords.terms] + [-abs(rule.weight) for rule in keywords.negatives]
        factors = keywords.zones.model_dump().items()
        self._weights = [{zone: round(weight * factor, 2) for zone, factor in factors} for weight in signed]
        self._concepts = [rule.id.removesuffix(f"-{rule.lang}") for rule in self._rules]
        self._for_in = {rule.lang for rule in keywords.terms}
        self._against_in = {rule.lang for rule in keywords.negatives}
        excluded = [phrase for exclusion in keywords.exclusions for phrase in exclusion.any]
        self._exclusions = Matcher([grouped(phrase, keywords.groups) for phrase in excluded])
        self._matchers: dict[str, tuple[Matcher, list[int]]] = {}  # a language's own: no text pays for all of them
        for language in sorted(self._for_in | self._against_in):
            ours = [(n, phrase) for n, rule in enumerate(self._rules) if rule.lang == language for phrase in rule.any]
            matcher = Matcher([grouped(phrase, keywords.groups) for _, phrase in ours])
            self._matchers[language] = matcher, [number for number, _ in ours]

    @property
    def keep(self) -> float:
        """What the sum of an article, or of a section judged alone, must reach."""
        return self._thresholds.keep

    def score(self, title: str, body: str, language: str | None) -> Score:
        """The sum over headline, lead and body. Terms come in the order of their places.

        `language` (ISO 639-1, or None for unknown) chooses the rules.
        """
        for_in = {language, "en"} if language in self._for_in else self._for_in
        against_in = {language} if language in self._against_in else {"en"}
        offset = len(title) + len(_SEAM)
        best: dict[tuple[str, str, bool], tuple[float, int, int, str]] = {}  # to weight, start, end, rule
        for number, start, end in self._seen(fold(title + _SEAM + body), for_in | against_in):
            rule, against = self._rules[number], number >= self._positives
            zone = "headline" if start < offset else "lead" if start - offset < LEAD_CHARS else "body"
            if zone not in rule.zones or rule.lang not in (against_in if against else for_in):
                continue
            weight = self._weights[number][zone]
            key = (self._concepts[number], zone, against)
            known = best.get(key)
            if known is None or (abs(weight), -start) > (abs(known[0]), -known[1]):
                best[key] = weight, start, end, rule.id
        terms, negatives = list[Term](), list[Term]()
        for (_, zone, against), (weight, start, end, rule_id) in best.items():
            text, at = (title, start) if zone == "headline" else (body, start - offset)
            term = Term(term=rule_id, text=text[at : at + end - start], zone=zone, start=at, weight=weight)
            (negatives if against else terms).append(term)
        value = round(sum(weight for weight, _, _, _ in best.values()), 2)
        return Score(value=value, terms=_in_order(terms), negatives=_in_order(negatives))

    def judge(self, article: Article) -> Verdict:
        """Whether the article is kept: its sum against `thresholds.keep`."""
        return self.verdict(article.canonical_url, "judge", self.score(article.title, article.body, article.language))

    def verdict(self, url: str, stage: str, score: Score) -> Verdict:
        """The decision on a score at stage `judge`, or `skim` with its lenient threshold."""
        skim = stage == "skim"
        threshold = self._thresholds.second_look if skim else self._thresholds.keep
        kept = score.value >= threshold
        return Verdict(
            url=url,
            stage="skim" if skim else "judge",
            kept=kept,
            score=score.value,
            threshold=threshold,
            terms=score.terms,
            negatives=score.negatives,
            reason=_reason(score, kept=kept),
            rule_version=self._version,
        )

    def _seen(self, folded: str, languages: AbstractSet[str | None]) -> list[tuple[int, int, int]]:
        """(rule number, start, end) of every match of these languages' rules that no exclusion touches."""
        text = Squeezed(folded)
        seen = [
            (rule_of[match.phrase], match.start, match.end)
            for language, (matcher, rule_of) in self._matchers.items()
            if language in languages
            for match in matcher.find(text)
        ]
        hidden = [(match.start, match.end) for match in self._exclusions.find(text)] if seen else []
        for left, right in hidden:
            seen = [(rule, start, end) for rule, start, end in seen if start >= right or left >= end]
        return seen


def _in_order(terms: Sequence[Term]) -> tuple[Term, ...]:
    zones = ("headline", "lead", "body")
    return tuple(sorted(terms, key=lambda t: (zones.index(t.zone), t.start, t.term)))


def _reason(score: Score, *, kept: bool) -> str:
    """One sentence: the strongest terms for it, and what speaks against it."""
    if not score.terms:
        return "nothing in it speaks of an incident"
    strongest = sorted(score.terms, key=lambda t: -t.weight)[:3]
    said = ", ".join(f"{t.term} in {t.zone}" for t in strongest)
    if not kept and any(t.term.startswith(ROUND_UP) for t in score.negatives):
        return f"a round-up of several stories; {said}"
    against = list(dict.fromkeys(t.term for t in sorted(score.negatives, key=lambda t: t.weight)))[:3]
    return said + (f"; {', '.join(against)} against" if against else "")
