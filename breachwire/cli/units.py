"""The text of a crontab and of systemd units. Pure: paths and times in, files out."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.due import Nightly

YEARS = 10
"""For so many years the days are written down on which the clocks jump over the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What runs where: the words that call breachwire, and its folders, all as absolute paths."""

    program: tuple[str, ...]
    config: Path
    data: Path

    def command(self, *words: str) -> list[str]:
        """A command of breachwire with its folders."""
        return [*self.program, "--config", str(self.config), "--data", str(self.data), *words]


# -- cron


def crontab(place: Place, when: Nightly, *, own_clock: bool) -> str:
    """Lines for a crontab: the night behind a lock, and a look every hour whether one was missed.

    `own_clock`: whether the machine's clock is that of the schedule. If not, a line that looks every quarter of an
    hour does it alone, for not every cron knows time zones, and those that do not are silent about it.
    """
    minute = when.at.minute
    due = ["schedule", "due", "--once", "--quiet", "--at", f"{when.at:%H:%M}", "--timezone", when.zone.key]
    if own_clock:
        lines = [
            f"# breachwire: every night at {when}. Put these lines into `crontab -e`.",
            f"{when.cron} {_line(place)}",
            "# A night that was missed while the machine slept is caught up once, within the hour.",
            f"{(minute + 20) % 60} * * * * {_line(place, due)}",
        ]
    else:
        quarters = ",".join(str(m) for m in sorted((minute + n) % 60 for n in (0, 15, 30, 45)))
        lines = [
            f"# breachwire: every night at {when}, whatever this machine's own time zone is; a missed night is caught",
            "# up once. Put these lines into `crontab -e`.",
            f"{quarters} * * * * {_line(place, due)}",
        ]
    return "\n".join(lines) + "\n"


def _line(place: Place, only_if: Sequence[str] = ()) -> str:
    run = shlex.join(place.command("run"))
    if only_if:
        run = f"{shlex.join(place.command(*only_if))} && {run}"
    lock, log = shlex.quote(str(place.data / "cron.lock")), shlex.quote(str(place.data / "night.log"))
    line = f"mkdir -p {shlex.quote(str(place.data))} && flock -n {lock} sh -c {shlex.quote(run)} >> {log} 2>&1"
    return line.replace("%", r"\%")  # cron ends the line at a bare one


# -- systemd

_SYSTEM_HARDENING = """\
# What a night may do: talk to the network, and write into its data folder.
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={data}
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
RestrictNamespaces=yes
CapabilityBoundingSet=
AmbientCapabilities=
"""
_HARDENING = """\
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
"""


def service(place: Place, *, user: str = "") -> str:
    """breachwire.service: for the system where it names a `user`, else for a user's own manager."""
    secrets = "/etc/breachwire.env" if user else "%h/.config/breachwire.env"
    network = "Wants=network-online.target\nAfter=network-online.target\n" if user else ""
    hardening = _SYSTEM_HARDENING.format(data=_quoted(place.data)) if user else "NoNewPrivileges=yes\n"
    return f"""\
[Unit]
Description=breachwire: one night
{network}
[Service]
Type=oneshot
{f"User={user}" + chr(10) if user else ""}WorkingDirectory={_path(place.config.parent)}
# Addresses of alert channels and other secrets, NAME=value; the file may be missing.
EnvironmentFile=-{secrets}
ExecStart={" ".join(_word(word) for word in place.command("run"))}
# 1: finished, with failures worth a look, which the report names.
SuccessExitStatus=1
TimeoutStartSec=6h
KillSignal=SIGINT
Nice=10
{hardening}{_HARDENING}"""


def timer(when: Nightly, today: date) -> str:
    """breachwire.timer. systemd leaves out a day whose clocks jump over the time: those days stand there one by one."""
    jumps = when.left_out(today, days=365 * YEARS)
    extra = "".join(
        f"OnCalendar={when.on(day).astimezone(when.zone):%Y-%m-%d %H:%M:%S} {when.zone.key}\n" for day in jumps
    )
    why = f"# The clocks jump over {when.at:%H:%M} on these days, until {today.year + YEARS}:\n" if jumps else ""
    return f"""\
[Unit]
Description=breachwire: every night at {when}

[Timer]
OnCalendar=*-*-* {when.at:%H:%M:%S} {when.zone.key}
{why}{extra}# A night that was missed while the machine slept or was off is caught up once.
Persistent=true
AccuracySec=1min

[Install]
WantedBy=timers.target
"""


def _word(text: str) -> str:
    """One word of ExecStart: systemd expands % and $ there."""
    return _quote(text.replace("%", "%%").replace("$", "$$"))


def _quoted(path: Path) -> str:
    return _quote(str(path).replace("%", "%%"))


def _quote(text: str) -> str:
    if any(c.isspace() or c in "\"'\\;" for c in text):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return text


def _path(path: Path) -> str:
    """A path as a whole value: there quotes would belong to it."""
    return str(path).replace("%", "%%")
