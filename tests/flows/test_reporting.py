"""A night that ends with a report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from flows.night import night


@pytest.mark.slow
def test_a_night_ends_with_a_report_where_the_settings_say_so(
    desk: Any, tmp_path: Path, clock: Callable[[], datetime]
) -> None:
    with (desk.config / "settings.toml").open("a") as file:
        file.write("\n[report]\nenabled = true\n")
    data = tmp_path / "data"
    report = night(desk.settings(data), clock=clock)
    assert report.failures == ()
    pages = [p.stem for p in (data / "reports/latest/incidents").rglob("*.html")]
    assert sorted(pages) == sorted(change.incident.incident_id for change in report.new)
    assert "write report" in report.seconds
