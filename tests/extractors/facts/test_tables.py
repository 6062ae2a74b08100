"""The room's own tables: what they hold and what they must not."""

from __future__ import annotations

from importlib import resources

from breachwire import vocabulary
from extractors.facts.tables import common_words, organisations


def test_common_words_are_words_and_the_file_keeps_its_notice() -> None:
    text = resources.files("extractors.facts").joinpath("common_words.txt").read_text(encoding="utf-8")
    assert "Copyright" in text.split("\nthe", 1)[0]
    assert {"river", "winter", "customer"} <= common_words()
    assert not any(word.startswith("#") for word in common_words())


def test_organisations_have_a_sector_of_the_vocabulary_and_a_country() -> None:
    for entry in organisations().values():
        assert entry.sector in vocabulary.SECTORS, entry
        assert len(entry.country) in (0, 2), entry
