"""Config errors name file, key and nearest valid key; the environment overrides settings.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from breachwire.errors import ConfigError
from breachwire.settings import load
from breachwire.settings.load import read
from breachwire.settings.models import Alerts, FeedsFile, SettingsFile

KEYWORDS = """
version = "1"
terms = []
[thresholds]
keep = 5.0
near = 3.0
second_look = 2.0
[zones]
headline = 2.0
lead = 1.2
body = 0.5
[look]
phrases = ["hacked"]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "feeds.toml").write_text('[[feeds]]\nurl = "http://127.0.0.1/feed"\ntitle = "Desk"\n')
    (folder / "keywords.toml").write_text(KEYWORDS)
    return folder


def test_defaults_and_environment(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (config / "settings.toml").write_text("[fetch]\nconcurrency = 7\nper_host_delay_s = 3.0\n")
    monkeypatch.setenv("BREACHWIRE_FETCH__ALLOW_NETWORKS", '["127.1.0.0/16"]')
    monkeypatch.setenv("BREACHWIRE_FETCH__PER_HOST_DELAY_S", "0")
    settings = load(config, tmp_path / "data")
    assert [str(n) for n in settings.fetch.allow_networks] == ["127.1.0.0/16"]
    assert (settings.fetch.per_host_delay_s, settings.fetch.concurrency) == (0, 7)
    assert settings.run.engine == "auto"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[fetch]\nconcurency = 3\n", ["settings.toml", "fetch.concurency", "'concurrency'"]),
        ("[fetsh]\n", ["settings.toml", "fetsh", "'fetch'"]),
        ("[fetch]\nconcurrency = 0\n", ["settings.toml", "fetch.concurrency", "0"]),
        ("[feeds]\nfull_get_every = '1 fortnight'\n", ["feeds.full_get_every", "for example"]),
        ("[fetch\n", ["settings.toml", "TOML"]),
        ("[second_opinion]\nenabled = true\n", ["second_opinion.model", "needs the name of a model"]),
        ("[second_opinion]\nfields = ['cve']\n", ["second_opinion.fields[1]", "cve"]),
    ],
)
def test_an_error_names_file_key_and_what_to_do(config: Path, text: str, words: list[str]) -> None:
    (config / "settings.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(config, config)
    for word in words:
        assert word in str(caught.value)


def test_an_empty_phrase_is_named(config: Path) -> None:
    (config / "keywords.toml").write_text(KEYWORDS.replace('"hacked"', '"hacked", " "'))
    with pytest.raises(ConfigError, match=r"keywords.toml: look.phrases\[2\]: is empty: it would match everywhere"):
        load(config, config)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("BREACHWIRE_FETCH__CONCURENCY", "3", "BREACHWIRE_FETCH__CONCURENCY: unknown key .*'concurrency'"),
        ("BREACHWIRE_FETSH__CONCURRENCY", "3", "BREACHWIRE_FETSH__CONCURRENCY: unknown key .*'fetch'"),
        ("BREACHWIRE_FETCH__CONCURRENCY", "many", "BREACHWIRE_FETCH__CONCURRENCY: .*integer"),
        (
            "BREACHWIRE_FETCH__ALLOW_NETWORKS",
            '["300.1.1.1/8"]',
            r"ALLOW_NETWORKS: fetch.allow_networks\[1\]: [^\[]*got",
        ),
        ("BREACHWIRE_FETCH__ALLOW_NETWORKS", "10.0.0.0/8", "lists are JSON"),
    ],
)
def test_an_error_in_the_environment_names_the_variable(
    config: Path, name: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=words):
        load(config, config)


def test_a_key_inside_a_list_is_named_with_its_place(config: Path) -> None:
    (config / "feeds.toml").write_text('[[feeds]]\nurl = "http://a.example/"\ntitel = "x"\ntitle = "x"\n')
    with pytest.raises(ConfigError, match=r"feeds\[1\]\.titel.*'title'"):
        read(FeedsFile, config / "feeds.toml")


def test_a_feed_listed_twice_and_a_rule_without_channel(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text('[[feeds]]\nurl = "http://a.example/"\ntitle = "x"\n' * 2)
    with pytest.raises(ConfigError, match="listed twice"):
        read(FeedsFile, path)
    path.write_text('[[rules]]\nname = "r"\nevents = ["new_incident"]\nchannels = ["mail"]\n')
    with pytest.raises(ConfigError, match="'mail'"):
        read(Alerts, path)


def test_a_missing_folder_says_how_to_name_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--config"):
        load(tmp_path / "nowhere", tmp_path)


def test_every_setting_has_a_description() -> None:
    for section in SettingsFile.model_fields.values():
        assert section.annotation is not None
        for name, info in section.annotation.model_fields.items():
            assert info.description, name


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[rules]]\nname = "r"\nevents = ["new_incidnt"]\nchannels = ["t"]', ["rules[1].events", "'new_incident'"]),
        (
            '[[rules]]\nname = "r"\nevents = ["confirmed"]\nsectors = ["helth"]\nchannels = ["t"]',
            ["sectors", "'health'"],
        ),
        ('[[rules]]\nname = "r"\nevents = ["confirmed"]\ncountries = ["uk"]\nchannels = ["t"]', ["countries", "'GB'"]),
        (
            '[[rules]]\nname = "r"\nevents = ["confirmed"]\nsector = ["health"]\nchannels = ["t"]',
            ["sector", "'sectors'"],
        ),
        ('[[rules]]\nname = "r"\nevents = ["confirmed"]\nchannels = ["tt"]', ["channel 'tt'", "'t'"]),
        (
            '[[rules]]\nname = "r"\nevents = ["no_news"]\nmin_records = 5\nchannels = ["t"]',
            ["min_records", "feeds and nights"],
        ),
        ('[[rules]]\nname = "r"\nevents = ["denied"]\nchannels = ["t"]\nwhen = "digset"', ["rules[1].when", "digest"]),
        ('[quiet_hours]\nbegins = "22:00"\nends = "25:00"', ["quiet_hours.ends", "07:00"]),
        ('[quiet_hours]\nbegins = "22:00"\nends = "22:00"', ["quiet_hours", "the same"]),
        ("[quiet_hours]\nbegin = 22:00:00\nends = 06:00:00", ["quiet_hours.begin", "'begins'"]),
        ('time_zone = "Europe/Zürch"', ["time_zone", "'Europe/Zurich'"]),
    ],
)
def test_a_rule_with_a_typo_stops_the_run_and_says_what_was_meant(tmp_path: Path, text: str, words: list[str]) -> None:
    path = tmp_path / "alerts.toml"
    path.write_text(("" if text.startswith("time") else '[channels.t]\nkind = "terminal"\n') + text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read(Alerts, path)
    for word in ["alerts.toml", *words]:
        assert word in str(caught.value)


def test_two_rules_of_one_name_are_an_error_for_what_was_told_goes_by_it(tmp_path: Path) -> None:
    path = tmp_path / "alerts.toml"
    rule = '[[rules]]\nname = "r"\nevents = ["denied"]\nchannels = ["t"]\n'
    path.write_text('[channels.t]\nkind = "terminal"\n' + rule * 2)
    with pytest.raises(ConfigError, match="two rules are called 'r'"):
        read(Alerts, path)
