"""The project's own sets: their files, and the figures that are measured on them.

sample        three nights of the sample newsroom, from its feeds to the published file
bodies        words of bodies extracted from the sample's pages
development   texts that the rules may be looked at with
held_out      texts whose mistakes nobody who writes rules has seen
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.truth import bodies, texts
from benchmarks.truth.floors import Figure, digest
from benchmarks.truth.labels import read_newsroom, read_texts
from benchmarks.truth.published import NightScore, read_published, score
from benchmarks.truth.shares import Found, Judged
from breachwire.sample import serve
from breachwire.settings import Settings, load
from flows.night import night

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample"
OUT = ROOT / "build" / "sample"
TEXTS = {name: ROOT / "benchmarks" / "truth" / f"{name}.jsonl" for name in ("development", "held_out")}
_SETTINGS = '[fetch]\nallow_networks = ["127.2.0.0/16"]\nper_host_delay_s = 0.0\n'
_ARTICLES = ("data/sample/sites.toml", "data/sample/articles/**/*.txt")
_TEMPLATES = tuple(f"breachwire/sample/{name}.py" for name in ("feeds", "furniture", "pages", "styles", "words"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """A set: `patterns` below the repository find its files, `measure` gives its figures by name."""

    name: str
    patterns: tuple[str, ...]
    measure: Callable[[], dict[str, Figure]]

    def files(self, root: Path = ROOT) -> list[Path]:
        """Its files; none where the set is not there."""
        return [path for pattern in self.patterns for path in root.glob(pattern)]

    def digest(self, root: Path = ROOT) -> str:
        return digest(self.files(root), root)


def settings() -> Settings:
    """The repository's own rules."""
    return load(ROOT / "config", OUT / "data")


def run_sample(out: Path = OUT) -> Path:
    """Three nights of the sample newsroom into `out`, with its labels as truth.jsonl; returns the published file."""
    shutil.rmtree(out, ignore_errors=True)
    config = out / "config"
    shutil.copytree(ROOT / "config", config)
    (config / "settings.toml").write_text(_SETTINGS)
    with serve(SAMPLE) as newsroom:
        feeds = (f'[[feeds]]\nurl = "{url}"\ntitle = "{name}"\n' for url, name, _ in newsroom.feeds)
        (config / "feeds.toml").write_text("\n".join(feeds))
        rows = (json.dumps(row, default=str) for row in newsroom.truth())
        (out / "truth.jsonl").write_text("\n".join(rows), "utf-8")
        rules = load(config, out / "data")
        for number in range(1, newsroom.sample.nights + 1):
            newsroom.turn_to(number)
            night(rules, clock=lambda: datetime.now(UTC))
    return out / "data" / "incidents.duckdb"


def score_sample(out: Path = OUT) -> NightScore:
    """Runs the nights and scores what they published."""
    return score(read_published(run_sample(out)), read_newsroom(out / "truth.jsonl"))


def score_texts(name: str) -> texts.TextsScore:
    """Reads and scores one of TEXTS."""
    return texts.score(texts.read(read_texts(TEXTS[name]), settings().keywords))


def score_bodies() -> bodies.BodiesScore:
    """Extracts and scores the bodies of the sample's pages."""
    return bodies.read_bodies(SAMPLE, settings().article)


def night_figures(score: NightScore) -> dict[str, Figure]:
    """What is pinned of the sample nights."""
    incidents, copies = score.incidents, score.copies
    return {
        **_of_found("relevance", score.relevance["all"]),
        **_of_found("copies", copies),
        "incidents.precision": Figure(value=incidents.precision, of=incidents.articles),
        "incidents.recall": Figure(value=incidents.recall, of=incidents.articles),
        **_of_fields({**score.fields, "data_types": score.data_types}),
    }


def texts_figures(score: texts.TextsScore) -> dict[str, Figure]:
    """What is pinned of a set of texts."""
    kinds = {f"relevance_{kind}": f for kind, f in score.relevance.items() if kind in ("brief", "article", "roundup")}
    relevance = {"relevance": score.relevance["all"], **kinds}
    figures = {name: figure for kind, f in relevance.items() for name, figure in _of_found(kind, f).items()}
    return {**figures, **_of_fields(score.fields)}


def bodies_figures(score: bodies.BodiesScore) -> dict[str, Figure]:
    """What is pinned of the bodies; `clean_pages` is the share of pages without any clutter."""
    words = score.all
    clean = Figure(value=1 - words.with_clutter / words.pages, of=words.pages)
    figures = {
        name: Figure(value=s.value, of=s.of) for name, s in (("precision", words.precision), ("recall", words.recall))
    }
    return figures | {"clean_pages": clean}


def _of_found(name: str, one: Found) -> dict[str, Figure]:
    return {
        f"{name}.precision": Figure(value=one.precision.value, of=one.precision.of),
        f"{name}.recall": Figure(value=one.recall.value, of=one.recall.of),
    }


def _of_fields(fields: Mapping[str, Judged]) -> dict[str, Figure]:
    shares = {
        f"{field}.{kind}": share
        for field, j in fields.items()
        for kind, share in (("precision", j.precision), ("recall", j.recall))
    }
    return {name: Figure(value=share.value, of=share.of) for name, share in shares.items()}


def _texts(name: str) -> Corpus:
    return Corpus(
        name=name,
        patterns=(TEXTS[name].relative_to(ROOT).as_posix(),),
        measure=lambda: texts_figures(score_texts(name)),
    )


SETS = (
    Corpus(name="bodies", patterns=(*_ARTICLES, *_TEMPLATES), measure=lambda: bodies_figures(score_bodies())),
    _texts("development"),
    _texts("held_out"),
    Corpus(name="sample", patterns=(*_ARTICLES, *_TEMPLATES), measure=lambda: night_figures(score_sample())),
)
