"""Furniture goes, and no paragraph that the article wrote."""

from __future__ import annotations

import pytest

from extractors.clutter import looks_like_headline, tidy

TITLE = "Ferry line Norvane shuts booking systems after intrusion"
BODY = (
    "Norvane Ferries has shut its booking systems after finding an intruder in its network.",
    "A spokesperson said crossings run as planned. “We are sorry for the queues,” she added.",
    "The company expects to reopen bookings on Friday.",
)

FURNITURE = """\
READ MORE:
Read more: Harbour mayor opens new quay
ALSO READ: Ten ways to enjoy the coast
RELATED: Bridge toll to rise in spring
Related stories
Don't miss: Our guide to island walks
[Related: A keynote about clouds]
See also: Island bakery wins bread prize
Watch: Ferry captain sings
Sign up for our morning newsletter
Subscribe to the Coastal Wire for full access
Get the day's big stories in your inbox every morning.
Follow us on X
Follow Coastal Wire on WhatsApp and never miss a story
Share this article
Facebook | Twitter | WhatsApp
Advertisement
Article continues below
We and our 643 partners store and access information on a device.
This website uses cookies to improve your experience.
(Reporting by Ann Example; editing by Bob Sample)
Reporting by Ann Example in Norvane; Editing by Bob Sample
Copyright 2031 Coastal Wire. All rights reserved. This material may not be published, broadcast or redistributed.
© 2031 Coastal Wire
With inputs from agencies
This story has been published from a wire feed without modifications. Only the headline has been changed.
By Ann Example and Bob van Sample, Coastal Wire
Von Anna Muster
By Staff Reporter | 2031-04-02T08:00:00Z
2031-04-02T08:00:00Z
2031-04-02T08:00:00Z3 min read
Published: 2 April 2031, 08:00
3 min read
Lesezeit: 4 Minuten
Lesen Sie auch: Neue Brücke am Hafen
Auch interessant
Mehr zum Thema
Jetzt Newsletter abonnieren
Lire aussi : Le port rouvre ses quais
Inscrivez-vous à notre lettre du matin
Lea también: El puerto abre un muelle nuevo
Suscríbete a nuestro boletín
Leggi anche: Il porto riapre
Leia também: O porto reabre
Lees ook: Haven opent nieuwe kade
Schrijf je in voor onze nieuwsbrief
""".splitlines()


@pytest.mark.parametrize("line", FURNITURE)
def test_furniture_goes(line: str) -> None:
    assert tidy([BODY[0], line, *BODY[1:]], TITLE) == BODY
    assert tidy([*BODY, line], TITLE) == BODY


KEPT = """\
Customers can read more about the incident on the company's status page, which is updated hourly.
Read more than one notice and you will see the pattern: each was sent a month late.
Related companies were not affected, the board said.
The newsletter that went to 40,000 members was sent by the intruder.
By Friday the line hopes to sell tickets again.
By the time the alarm rang, 12 servers had been encrypted, Norvane said.
The copyright office said its filing system was down for 3 days.
Source code was copied as well, according to the company's filing with the stock exchange.
Subscribers were told on Monday.
Share prices fell 4% after the news.
Recommended steps include new passwords for all staff, the notice says.
“No ransom was paid”
Lesen und schreiben könnten die Eindringlinge nach Angaben der Stadt nicht mehr.
He follows us on every route, the captain joked.
Please do not use cookies from that week, the bakery wrote to customers who bought the recalled tins.
What was taken
By Friday Norvane Ferries hopes to sell tickets again, and by Sunday to sail by night.
Get well cards arrived from other lines, the crew said.
""".splitlines()


@pytest.mark.parametrize("line", KEPT)
def test_the_articles_own_words_stay(line: str) -> None:
    assert tidy([BODY[0], line, *BODY[1:]], TITLE) == (BODY[0], line, *BODY[1:])


@pytest.mark.parametrize(
    "heading",
    [
        "You may also like", "Most read", "Related stories", "Recommended", "More stories:",
        "Das könnte Sie auch interessieren",
        "Meistgelesen", "Les plus lus", "Te puede interesar", "I più letti", "Mais lidas", "Meest gelezen",
    ],
)  # fmt: skip
def test_a_list_of_other_stories_goes_to_the_end(heading: str) -> None:
    others = [
        "Minister greets citizens on the 40th founding day",
        "Snooker player admits what must upset his rival - 'Sick of it'",
        "Is this the best bread on the coast?",
        "Council Backs New Bridge.",
    ]
    assert tidy([*BODY, heading, *others, "With inputs from agencies"], TITLE) == BODY


def test_a_list_in_the_middle_ends_where_the_text_goes_on() -> None:
    assert tidy([BODY[0], "Related", "- Bridge toll to rise", "- Bakery wins prize", *BODY[1:]], TITLE) == BODY


def test_a_lone_pointer_takes_its_link_only() -> None:
    assert tidy([BODY[0], "READ MORE:", "Bridge toll to rise in spring", *BODY[1:]], TITLE) == BODY
    assert tidy([BODY[0], "READ MORE:", "READ MORE:", *BODY[1:]], TITLE) == BODY


def test_comments_are_cut() -> None:
    assert tidy([*BODY, "Comments (3)", "First! This ferry was late too, lol."], TITLE) == BODY


@pytest.mark.parametrize(
    "head", [TITLE, TITLE.upper(), f"{TITLE} 2031-04-02T08:00:00Z", f"{TITLE} | Coastal Wire", f"| {TITLE} |"]
)
def test_the_title_is_not_repeated(head: str) -> None:
    assert tidy([head, *BODY], TITLE) == BODY


def test_a_time_stamp_between_title_and_text() -> None:
    assert tidy([f"{TITLE} 2031-04-02T08:00:00Z {BODY[0]}", *BODY[1:]], TITLE) == BODY


def test_a_text_that_is_its_title_stays() -> None:
    assert tidy([TITLE, "3 min read"], TITLE) == (TITLE,)


def test_datelines_stay() -> None:
    line = "HARBOUR TOWN (Coastal Wire) - " + BODY[0]
    assert tidy([line, *BODY[1:]], TITLE)[0] == line


def test_spaces_are_collapsed_and_empty_lines_go() -> None:
    assert tidy(["  a\u00a0 ferry \t sank. ", "", " "], "") == ("a ferry sank.",)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Council backs new bridge", True),
        ("Will it rain on Sunday?", True),
        ("Mayor Opens Quay, Again.", True),
        ("The council backed the bridge on Monday.", False),
        ("“We are sorry.”", False),
        ("The council met. It backed the bridge and went home early. The mayor left", False),
    ],
)
def test_headlines(line: str, expected: bool) -> None:
    assert looks_like_headline(line) is expected
