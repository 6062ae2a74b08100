"""Pages into archive files, and out again by their ids."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from breachwire.archive import files, form, scanning
from breachwire.archive.form import Kept, NightOver, Response
from breachwire.errors import StoreError
from breachwire.records import Reply

_RECORD = re.compile(r"(\d{4}/[\w.-]+\.warc\.gz):(\d{1,15})")
_REPLAY = "fetch the page again, or restore the archive from a backup; breachwire archive verify looks at all of it"


class Archive:
    """The archive in `folder`. A file that reaches `max_megabytes`, or `max_age`, is followed by a new one.

    `about` is told in the first record of each file, as (field, value). `notices` are lines about what earlier writers
    left behind; whoever reads them takes them away.
    """

    def __init__(
        self,
        folder: Path,
        *,
        max_megabytes: int,
        max_age: timedelta = timedelta(days=1),
        about: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.folder, self._max_bytes, self._max_age, self._about = folder, max_megabytes << 20, max_age, tuple(about)
        self.notices: list[str] = []
        self._mended = False

    def append(self, replies: Sequence[Reply]) -> list[str]:
        """Writes bare replies and returns their record ids, in order, as `keep` does."""
        return [record for record in self.keep([Kept(reply=reply) for reply in replies]) if record]

    def keep(self, pages: Sequence[Kept], filed_at: datetime | None = None) -> list[str | None]:
        """Writes pages and returns the ids of their responses (None where a page has none), once they are on the disk.

        They are filed under the day on which they were fetched, or under that of `filed_at`: pages that others fetched
        stand behind those that were there before, however old they are. Raises StoreError where the folder cannot be
        written; then none of these pages counts as kept.
        """
        records: list[str | None] = []
        waiting = list(pages)
        try:
            while waiting:
                records += self._fill(waiting, filed_at)
        except OSError as error:
            raise self._unwritable(error) from error
        return records

    def note_night_over(self, over: NightOver) -> None:
        """Notes that a night has settled all that was archived before. Raises StoreError as `keep` does."""
        try:
            path = self._file_for(over.settled_at)
            with path.open("ab") as file:
                file.write(form.night_over(over, f"{over.run_id} {over.settled_at}"))
                file.flush()
                os.fsync(file.fileno())
            files.note_length(path, path.stat().st_size)
        except OSError as error:
            raise self._unwritable(error) from error

    def read(self, record: str) -> Reply:
        """The reply that this id was given for. Raises StoreError where it is missing or damaged.

        What is compared is gzip's checksum, which covers the whole record; `verifying` compares the digests too.
        """
        match = _RECORD.fullmatch(record)
        if match is None:
            raise StoreError(str(self.folder), f"{record!r} is not a record id", "it looks like YYYY/file.warc.gz:1234")
        path = self.folder / match[1]
        try:
            with path.open("rb") as file:
                file.seek(int(match[2]))
                found = form.parse(scanning.unpack(file)[0], digests=False)
        except FileNotFoundError as error:
            raise StoreError(str(path), "is missing", _REPLAY) from error
        except OSError as error:
            raise StoreError(str(path), f"cannot be read: {error.strerror}", "check the disk and its rights") from error
        except ValueError as error:
            raise StoreError(str(path), f"record at {match[2]} is damaged: {error}", _REPLAY) from error
        if not isinstance(found, Response):
            raise StoreError(str(path), f"record at {match[2]} is damaged: it is not a response", _REPLAY)
        return found.reply

    def _unwritable(self, error: OSError) -> StoreError:
        where = error.filename or self.folder
        return StoreError(str(where), f"cannot be written: {error.strerror}", "free space or mend rights")

    def _file_for(self, moment: datetime) -> Path:
        """The file to append to: the newest if it is whole, neither full nor old, else a new one, begun."""
        if not self._mended:
            self._mend()
            self._mended = True
        day = moment.astimezone(UTC).date()
        last = files.newest(self.folder, until=day)
        young = last is not None and day - files.begun(last) < self._max_age
        if last and young and last.stat().st_size == files.noted_length(last) < self._max_bytes:
            return last
        path = files.next_name(self.folder, day)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(form.warcinfo(path.name, moment, self._about))
        files.note_length(path, path.stat().st_size)
        files.sync_folder(path.parent)
        return path

    def _fill(self, waiting: list[Kept], filed_at: datetime | None) -> list[str | None]:
        """Takes pages off `waiting` until a file is full or another day begins; returns the ids of their responses."""
        path = self._file_for(filed_at or _moment(waiting[0]))
        day = _moment(waiting[0]).date()
        ids: list[str | None] = []
        with path.open("ab") as file:
            at = file.tell()
            while waiting and (not ids or at < self._max_bytes) and (filed_at or _moment(waiting[0]).date() == day):
                page = waiting.pop(0)
                record = None
                for piece in form.records_of(page, f"{files.place_of(path, at)} {_moment(page)}"):
                    record = files.place_of(path, at)  # the response is the last one
                    at += file.write(piece)
                ids.append(record if page.reply else None)
            file.flush()
            os.fsync(file.fileno())
        files.note_length(path, at)
        return ids

    def _mend(self) -> None:
        """Looks at the end of the newest file: what a writer that was killed left half written is cut off.

        No id was ever handed out for that. A file that lost bytes, or is damaged elsewhere, is not touched again.
        """
        path = files.newest(self.folder)
        if path is None or files.is_closed(path):
            return
        noted, size = max(files.noted_length(path), 0), path.stat().st_size
        if noted == size:
            return
        if size < noted:
            files.close(path)
            self.notices.append(f"archive: {path} has lost its last {noted - size} bytes; {_LOOK}")
            return
        whole, damaged = _whole_until(path, noted)
        if damaged is not None:
            files.close(path)
            self.notices.append(f"archive: {path} is damaged at byte {damaged}; {_LOOK}")
            return
        if whole < size:
            with path.open("r+b") as file:
                file.truncate(whole)
                os.fsync(file.fileno())
            self.notices.append(
                f"archive: {path} ended in a page that was half written when its run was killed; those {size - whole}"
                " bytes were cut off, nothing that was stored is lost"
            )
        files.note_length(path, whole)


_LOOK = "it is left as it is and a new file begun: see `breachwire archive verify`"


def _whole_until(path: Path, begin: int) -> tuple[int, int | None]:
    """Where the last whole page behind that byte ends, and the first damage that has whole pages behind it."""
    whole = begin
    for item in scanning.scan(path, begin):
        if isinstance(item, scanning.Damage):
            return (whole, None) if item.torn else (whole, item.start)
        if isinstance(item, scanning.Page) and item.lost:
            return whole, item.start
        whole = item.end
    return whole, None


def _moment(page: Kept) -> datetime:
    if page.reply:
        return page.reply.fetched_at.astimezone(UTC)
    assert page.origin
    return page.origin.fetched_at.astimezone(UTC)
