"""How scores are printed: plain aligned text, the same on a terminal and in a pipe. And the same as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.truth.bodies import BodiesScore
from benchmarks.truth.judging import FIELDS
from benchmarks.truth.published import Mistake, NightScore
from benchmarks.truth.shares import Clustering, Found, Judged, Share
from benchmarks.truth.texts import KINDS_OF_DATA, TextsScore

LEGEND = "In brackets: 95 % Wilson intervals, of independent judgements."


def grid(rows: Sequence[Sequence[str]], *, indent: int = 2) -> str:
    """Rows of equal length as lines: the first column left, the others right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        " " * indent
        + "  ".join(cell.rjust(w) if n else cell.ljust(w) for n, (cell, w) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    )


def share(one: Share) -> str:
    """A share with its interval; a dash where there was nothing to judge."""
    low, high = one.interval()
    return f"{one.value:.3f} [{low:.2f}, {high:.2f}]" if one.of else "-"


def found_rows(title: str, rows: Mapping[str, Found]) -> str:
    """Precision, recall and F1 of what was found."""
    head = (title, "precision", "recall", "F1", "true", "false", "missed")
    return grid([head, *(_found_row(name, one) for name, one in rows.items())])


def _found_row(name: str, one: Found) -> tuple[str, ...]:
    counts = (f"{one.f1:.3f}", str(one.true), str(one.false), str(one.missed))
    return (name, share(one.precision), share(one.recall), *counts)


def judged_rows(title: str, rows: Mapping[str, Judged]) -> str:
    """Precision and recall of each field, with its judgements."""
    head = (title, "precision", "recall", "right", "wrong", "extra", "missed")
    lines = [
        (name, share(j.precision), share(j.recall), str(j.right), str(j.wrong), str(j.extra), str(j.missed))
        for name, j in rows.items()
    ]
    return grid([head, *lines])


def groups_rows(copies: Found, incidents: Clustering) -> str:
    """Copies by pairs and incidents by B-cubed: neither are independent judgements, so there is no interval."""
    rows = [
        ("groups", "precision", "recall", "F1", "of"),
        (
            "copies",
            f"{copies.precision.value:.3f}",
            f"{copies.recall.value:.3f}",
            f"{copies.f1:.3f}",
            f"{copies.true + copies.missed} pairs",
        ),
        (
            "incidents",
            f"{incidents.precision:.3f}",
            f"{incidents.recall:.3f}",
            f"{incidents.f1:.3f}",
            f"{incidents.true_incidents} incidents in {incidents.articles} articles",
        ),
    ]
    return grid(rows)


def night(score: NightScore) -> str:
    """The tables of a published file."""
    parts = [
        found_rows("relevance", score.relevance),
        groups_rows(score.copies, score.incidents),
        judged_rows(
            "field", {**score.fields, **({"data_types": score.data_types} if any_of(score.data_types) else {})}
        ),
    ]
    if score.general_pages:
        parts.insert(1, f"  general pages kept: {score.general_pages_kept} of {score.general_pages}")
    return "\n\n".join(parts)


def any_of(judged: Judged) -> bool:
    """Whether anything was judged."""
    return bool(judged.precision.of or judged.recall.of)


def texts(score: TextsScore, field: str = "") -> str:
    """The tables of a set of texts; of one field alone where it is named."""
    parts = [] if field not in ("", "relevance") else [found_rows("relevance", score.relevance)]
    tables = {"facts of all incident texts": score.fields, "facts of those kept": score.fields_of_kept}
    parts += [
        judged_rows(title, {name: j for name, j in rows.items() if field in ("", name)})
        for title, rows in tables.items()
        if field in ("", *rows)
    ]
    if field in ("", "victim"):
        parts.append(f"  a victim is given where the text names none: {score.invented} of {score.unnamed}")
    return "\n\n".join(parts)


def bodies(score: BodiesScore) -> str:
    """Words of bodies by site, and where clutter comes from."""
    head = ("site", "pages", "words", "precision", "recall", "clutter words", "pages with clutter")
    rows = [
        (
            name,
            str(b.pages),
            str(b.true),
            f"{b.precision.value:.4f}",
            f"{b.recall.value:.4f}",
            str(b.clutter),
            str(b.with_clutter),
        )
        for name, b in {**score.sites, "all": score.all}.items()
    ]
    origins = ", ".join(f"{origin} {count}" for origin, count in score.by_origin.items())
    return f"{grid([head, *rows])}\n\n  words of clutter: {origins}"


def mistakes(found: Sequence[Mistake], most: int) -> str:
    """Up to `most` mistakes of each field, a line each; nothing where there are none."""
    lines = []
    order = ["relevance", *FIELDS, KINDS_OF_DATA]
    for field in sorted({m.field for m in found}, key=order.index):
        of_field = [m for m in found if m.field == field]
        lines.append(f"\n  {field}: {len(of_field)} mistake{'s' * (len(of_field) > 1)}")
        lines += [f"    {m.judgement:6} {m.of}: {m.given}, the text: {m.stated} | {m.title}" for m in of_field[:most]]
    return "\n".join(lines)


def as_object(value: object) -> object:
    """A score, or a part of one, for JSON: counts with their shares and intervals; mistakes are left out."""
    if isinstance(value, Share):
        low, high = value.interval()
        return {"value": value.value, "low": low, "high": high, "hits": value.hits, "of": value.of}
    if isinstance(value, Found):
        counts = {"true": value.true, "false": value.false, "missed": value.missed}
        return {"precision": as_object(value.precision), "recall": as_object(value.recall), "f1": value.f1, **counts}
    if isinstance(value, Judged):
        shares = {"precision": as_object(value.precision), "recall": as_object(value.recall)}
        return shares | {name: getattr(value, name) for name in ("right", "wrong", "missed", "extra")}
    if isinstance(value, Mapping):
        return {str(name): as_object(one) for name, one in value.items()}
    if hasattr(value, "__slots__"):
        names = [name for name in value.__slots__ if name not in ("mistakes", "clutter")]
        extra = {"f1": value.f1} if isinstance(value, Clustering) else {}
        return {name: as_object(getattr(value, name)) for name in names} | extra
    return value
