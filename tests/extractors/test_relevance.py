"""A decision is a sum that can be shown: which terms, where, with what weight, and what counts against."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from breachwire.records import Article
from breachwire.settings.load import read
from breachwire.settings.models import Keywords
from extractors.relevance import LEAD_CHARS, Judge

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "keywords.toml"


def keywords() -> Keywords:
    return Keywords.model_validate(
        {
            "version": "t1",
            "thresholds": {"keep": 5.0, "near": 3.0, "second_look": 2.0},
            "zones": {"headline": 2.0, "lead": 1.2, "body": 0.5},
            "terms": [
                {"id": "data-breach", "lang": "en", "weight": 3.0, "any": ["data breach", "breach of (customer|patient) data"]},
                {"id": "hacked", "lang": "en", "weight": 2.0, "any": ["hacked", "breach"]},
                {"id": "hacked-de", "lang": "de", "weight": 2.5, "any": ["gehackt*", "hacked"]},
                {"id": "speech", "lang": "en", "weight": 1.0, "any": ["regrets"], "zones": ["lead"]},
            ],
            "negatives": [
                {"id": "patch-news", "lang": "en", "weight": -3.0, "any": ["update"], "zones": ["headline"]},
                {"id": "round-up", "lang": "en", "weight": 3.0, "any": ["week in review"]},
                {"id": "rat-de", "lang": "de", "weight": -1.0, "any": ["tipps", "update"]},
            ],
            "exclusions": [{"lang": "en", "any": ["breach of contract"]}],
            "look": {"phrases": ["data breach"]},
        }
    )


def article(title: str, body: str, language: str | None = "en") -> Article:
    return Article(
        article_id="a_1",
        url="https://wire.example/1",
        canonical_url="https://wire.example/1",
        feed_id=None,
        source="Coastal Wire",
        title=title,
        body=body,
        body_status="full",
        fetched_at=datetime(2031, 4, 2, tzinfo=UTC),
        language=language,
    )


def weights(title: str, body: str, language: str | None = "en") -> dict[tuple[str, str], float]:
    score = Judge(keywords()).score(title, body, language)
    assert score.value == pytest.approx(sum(t.weight for t in (*score.terms, *score.negatives)))
    return {(t.term, t.zone): t.weight for t in (*score.terms, *score.negatives)}


def test_a_term_counts_once_a_zone_by_its_factor() -> None:
    body = "A data breach. Another data breach." + " x" * LEAD_CHARS + " The data breach again."
    found = weights("Data breach at Norvane", body)
    assert {k: v for k, v in found.items() if k[0] == "data-breach"} == {
        ("data-breach", "headline"): 6.0,
        ("data-breach", "lead"): 3.6,
        ("data-breach", "body"): 1.5,
    }


def test_zones_limit_a_term() -> None:
    assert weights("Norvane regrets", "It regrets. " + "x " * LEAD_CHARS + "It regrets.") == {("speech", "lead"): 1.2}


def test_exclusions_mask_what_they_touch() -> None:
    assert weights("Norvane sued", "The breach of contract cost it dear.") == {}


def test_places_are_those_of_title_and_body() -> None:
    text = article("Norvane: breach of   patient data", "It was “hacked”, it says.\nMore " + "x" * 700 + " data-breach")
    verdict = Judge(keywords()).judge(text)
    assert {t.text for t in verdict.terms} >= {"breach of   patient data", "hacked", "data-breach"}
    for term in verdict.terms:
        zone = text.title if term.zone == "headline" else text.body
        assert zone[term.start : term.start + len(term.text)] == term.text


def test_negatives_subtract_whatever_sign_they_are_written_with() -> None:
    assert weights("Update: week in review", "") == {("patch-news", "headline"): -6.0, ("round-up", "headline"): -6.0}


def test_a_concept_of_two_languages_counts_once_at_its_best() -> None:
    assert weights("Norvane hacked", "") == {("hacked-de", "headline"): 5.0}


def test_negatives_are_the_languages_own() -> None:
    assert weights("Update und Tipps", "", "de") == {("rat-de", "headline"): -2.0}
    assert weights("Update und Tipps", "", "en") == {("patch-news", "headline"): -6.0}
    assert weights("Update und Tipps", "", None) == weights("Update und Tipps", "", "cs")


def test_the_reason_is_a_sentence() -> None:
    judge = Judge(keywords())
    kept = judge.judge(article("Data breach at Norvane: update", "The firm regrets the data breach."))
    assert kept.kept is (kept.score >= kept.threshold == 5.0)
    assert kept.reason == "data-breach in headline, hacked in headline, data-breach in lead; patch-news against"
    assert judge.judge(article("A ferry sails", "Nothing else.")).reason == "nothing in it speaks of an incident"
    week = judge.judge(article("Week in review: a data breach", ""))
    assert not week.kept
    assert week.reason.startswith("a round-up of several stories")
    assert week.rule_version == "t1"


INCIDENTS = [
    ("en", "Norvane Ferries confirms data breach", "The company said hackers had stolen the passport numbers of 40,000 customers."),
    ("en", "Harbour hospital hit by ransomware attack", "Appointments were cancelled after systems were encrypted on Sunday."),
    ("en", "Belmere Council cyber attack: services still offline", "Staff are working with pen and paper, the council said."),
    ("de", "Stadtwerke Quellheim nach Cyberangriff offline", "Hacker haben die Systeme der Stadtwerke verschlüsselt und fordern Lösegeld."),
    ("de", "Datenleck bei Möbelhaus Tannrode", "Kundendaten von 12.000 Personen waren im Netz einsehbar, bestätigte das Unternehmen."),
    ("fr", "La mairie de Valbrune victime d’une cyberattaque", "Des données volées ont été publiées, a confirmé la ville."),
    ("es", "Ciberataque contra el hospital de Villarrosa", "Los atacantes robaron datos de 20.000 pacientes, confirmó el centro."),
    ("it", "Attacco hacker al comune di Montesole", "I dati dei cittadini sono stati rubati e i sistemi sono bloccati."),
    ("pt", "Ataque hacker derruba sistemas da rede Boa Serra", "A empresa confirmou o vazamento de dados de clientes."),
    ("nl", "Datalek bij woningbouwvereniging De Linde", "Gegevens van huurders zijn gestolen na een cyberaanval."),
]
OTHERS = [
    ("en", "How to protect your family from ransomware", "Here are ten tips. Make sure you update your devices."),
    ("en", "Vendor patches critical vulnerability in mail server", "Attackers could execute code. The flaw is tracked as CVE-2031-1234."),
    ("en", "Survey: 62% of firms fear a cyber attack next year", "Respondents said that budgets rise, according to a study."),
    ("en", "Builder sued for breach of contract", "The court heard that the house was never finished."),
    ("en", "Five life hacks for a tidy kitchen", "You can save time with these cleaning hacks."),
    ("en", "Growth hacker joins start-up Plimwick", "She will lead its marketing team."),
    ("de", "So schützen Sie sich vor Phishing", "Tipps der Verbraucherzentrale gegen Betrug im Netz."),
    ("es", "Diez consejos contra el fraude", "Los expertos recomiendan cambiar las contraseñas."),
    ("en", "Ferry line opens new route", "The harbour is busy again."),
]  # fmt: skip


@pytest.fixture(scope="module")
def shipped() -> Judge:
    return Judge(read(Keywords, SHIPPED))


@pytest.mark.parametrize(("language", "title", "body"), INCIDENTS)
def test_shipped_rules_keep_incidents(shipped: Judge, language: str, title: str, body: str) -> None:
    verdict = shipped.judge(article(title, body, language))
    assert verdict.kept, (verdict.score, verdict.reason)


@pytest.mark.parametrize(("language", "title", "body"), OTHERS)
def test_shipped_rules_leave_the_rest(shipped: Judge, language: str, title: str, body: str) -> None:
    verdict = shipped.judge(article(title, body, language))
    assert not verdict.kept, (verdict.score, verdict.reason)
