"""The nouns that walk through breachwire, in the order in which a document becomes an incident.

    Feed -> Reply -> Entry -> Page -> Article -> Verdict -> Claim -> Story -> Incident -> Alert

Every record is frozen and names its parent by id. Times are aware datetimes in UTC; None means "not stated".
Contains no logic beyond saying what a record is; imports nothing of the project. Others import from here, not from the
modules within.
"""

from breachwire.records.alerts import Alert, Queued, RunState, WatchHit
from breachwire.records.claims import Answer, Claim, Dated, Figure, Money, Question, Reading, Value
from breachwire.records.documents import Article, BodyStatus, Entry, Page, Reply, Section, Term, Verdict, Zone
from breachwire.records.feeds import Feed, FeedHabits, FeedState, FeedTrouble
from breachwire.records.incidents import Change, Decision, Evidence, Incident, Link, Outlet, Relation, Sighting, Story

__all__ = [
    "Alert",
    "Answer",
    "Article",
    "BodyStatus",
    "Change",
    "Claim",
    "Dated",
    "Decision",
    "Entry",
    "Evidence",
    "Feed",
    "FeedHabits",
    "FeedState",
    "FeedTrouble",
    "Figure",
    "Incident",
    "Link",
    "Money",
    "Outlet",
    "Page",
    "Question",
    "Queued",
    "Reading",
    "Relation",
    "Reply",
    "RunState",
    "Section",
    "Sighting",
    "Story",
    "Term",
    "Value",
    "Verdict",
    "WatchHit",
    "Zone",
]
