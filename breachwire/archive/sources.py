"""Bytes of a WARC file by their place: on a disk, or wherever else somebody can read ranges from.

Comes in: a path (or a reader of ranges). Goes out: a `Source`, and a stream over it that tells where it is.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from breachwire.errors import ContentError

_BLOCK = 1 << 20
_BLOCKS = 4
"""Blocks of a megabyte that a stream keeps: looking back for a record's beginning reads nothing twice."""


class Source(Protocol):
    """A file that can be read anywhere. `name` is its path or address, as people know it."""

    @property
    def name(self) -> str: ...
    @property
    def size(self) -> int: ...
    def read_at(self, at: int, length: int) -> bytes:
        """So many bytes from there on, fewer at the end. Raises ContentError where they cannot be had."""
        ...

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class FileSource:
    """A file on this machine, or on a disk that it sees. A context manager."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def name(self) -> str:
        """The path."""
        return str(self._path)

    @property
    def size(self) -> int:
        """Bytes, as the file was when it was opened."""
        return self._size

    def __enter__(self) -> Self:
        try:
            self._file = self._path.open("rb", buffering=0)
            self._size = os.fstat(self._file.fileno()).st_size
        except OSError as error:
            raise ContentError(self.name, f"cannot be read: {error.strerror}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def read_at(self, at: int, length: int) -> bytes:
        """So many bytes from there on."""
        try:
            return os.pread(self._file.fileno(), length, at)
        except OSError as error:
            raise ContentError(self.name, f"cannot be read: {error.strerror}") from error


class Stream:
    """A source as a file that is read from some place on, for libraries that want one."""

    def __init__(self, source: Source, at: int = 0) -> None:
        self._source, self._at = source, at
        self._kept: OrderedDict[int, bytes] = OrderedDict()

    def read(self, length: int = -1) -> bytes:
        """The next bytes, at most as many as asked for."""
        number, within = divmod(self._at, _BLOCK)
        left = self._source.size - self._at
        wanted = left if length < 0 else min(length, left)
        piece = self._block(number)[within : within + wanted] if wanted > 0 else b""
        self._at += len(piece)
        return piece

    def seek(self, at: int, whence: int = os.SEEK_SET) -> int:
        """Goes there."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._source.size}[whence]
        self._at = base + at
        return self._at

    def tell(self) -> int:
        """Where it is."""
        return self._at

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def close(self) -> None:
        """The source belongs to whoever opened it."""

    def _block(self, number: int) -> bytes:
        if number not in self._kept:
            self._kept[number] = self._source.read_at(number * _BLOCK, _BLOCK)
            if len(self._kept) > _BLOCKS:
                self._kept.popitem(last=False)
        return self._kept[number]
