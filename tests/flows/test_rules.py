"""What the digests of the rules are made of."""

from __future__ import annotations

from pathlib import Path

from breachwire.settings import load
from flows.rules import closure, facts_version, reading_version

ROOT = Path(__file__).parents[2]


def names(*modules: str) -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in closure(modules)}


def test_a_stage_depends_on_all_that_it_imports_and_on_nothing_else() -> None:
    facts = names("extractors.facts")
    assert {f"extractors/facts/{n}.py" for n in ("__init__", "ransom", "tables", "tokens")} <= facts
    assert "breachwire/records/claims.py" in facts
    assert not facts & {"extractors/relevance.py", "extractors/feed.py", "extractors/llm.py", "extractors/__init__.py"}
    assert "extractors/relevance.py" in names("extractors.roundup")
    assert names("extractors.facts.cve") < facts


def test_keywords_decide_what_is_read_but_no_fact(tmp_path: Path) -> None:
    settings = load(ROOT / "config", tmp_path)
    words = settings.keywords.model_copy(update={"version": "another"})
    other = settings.model_copy(update={"keywords": words})
    assert reading_version(other) != reading_version(settings)
    assert facts_version(other.stories) == facts_version(settings.stories)
    larger = settings.stories.model_copy(update={"sketch_size": 64})
    assert facts_version(larger) != facts_version(settings.stories)
    assert reading_version(settings.model_copy(update={"stories": larger})) != reading_version(settings)
