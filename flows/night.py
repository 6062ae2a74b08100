"""One night, on one page.

    collect      feeds | polled | entries | fetched | first look | archive   then   pages of entries that were edited
    understand   pages | second look | extracted | judged | facts | sketch
                 then   stories   then   names new on the watchlist   then   incidents   then   relations between them
                 (behind the stories, if enabled, a language model's second opinion on them)
    tell         the pulse | alerts | published file   then, if enabled, the report

Each stage is a plain function that takes what waits for it from the store and puts back what it made, so a night that
was killed at any instant and is started again ends in the same rows. The engine runs the stages directly or as tasks
under Prefect. Settings and the clock are read here once and handed down; this page holds the only writer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from breachwire.settings import Settings
from breachwire.store.lock import only_one
from flows import archiving, collecting, pulse, revising, telling, understanding
from flows.engines import Direct, Engine
from flows.house import House, open_house
from flows.report import NightReport, Progress, Quiet

Clock = Callable[[], datetime]


def night(
    settings: Settings, *, clock: Clock, engine: Engine | None = None, progress: Progress | None = None
) -> NightReport:
    """Runs one night and returns what it found. Raises LockedError, ConfigError or StoreError."""
    engine, progress = engine or Direct(), progress or Quiet()
    with only_one(settings.data_dir, clock()):
        house = open_house(settings, clock=clock, engine=engine, progress=progress)
        with pulse.beating(house):
            house.begin()
            collect(house)
            understand(house)
            archiving.note_night_over(house)
            tell(house)
        return house.report()


def collect(house: House) -> None:
    """Network: what is new in the feeds, and the pages behind it that are worth reading."""
    house.stage("poll feeds", collecting.poll_feeds, retries=1)
    house.stage("fetch pages", collecting.fetch_pages, retries=1)
    house.stage("ask edited pages again", revising.ask_again, retries=1)


def understand(house: House) -> None:
    """Pure, but for a second opinion where one is enabled. All can be run again on what is stored, at any time."""
    house.batches("read pages", understanding.pages_awaiting_reading, understanding.read_pages)
    house.stage("fold copies", understanding.fold_copies)
    if house.settings.second_opinion.enabled:
        from flows import second_opinion  # what it reads answers with takes time to load

        house.stage("second opinion", second_opinion.ask)
    house.stage("look for new names", understanding.look_for_new_names)
    house.stage("settle incidents", understanding.settle_incidents)
    house.stage("relate incidents", understanding.relate_incidents)


def tell(house: House) -> None:
    """Network and files: alerts to their channels, the database to its readers."""
    house.stage("take the pulse", pulse.take)
    house.stage("send alerts", telling.send_alerts)
    house.stage("publish", telling.publish)
    if house.settings.report.enabled:
        from flows import reporting  # what writes pages takes time to load

        house.stage("write report", reporting.write)
