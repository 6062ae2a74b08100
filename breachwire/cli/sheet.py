"""A longer answer: headings, values by name, paragraphs and tables, drawn on a terminal and plain in a pipe."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import click

from breachwire.cli.output import Table, as_markdown, as_text, cell, draw, on_terminal, unmarked
from breachwire.plaintext import clean, one_line

HEADING = 300
CONTEXT = 60
"""Characters shown on either side of a quote."""
PARAGRAPHS = 20_000
"""Characters of one text that are printed."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that begins a part."""

    words: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names and values, one a line; those without a value are left out."""

    items: Sequence[tuple[str, object]]


@dataclass(frozen=True, slots=True)
class Prose:
    """Text as it is, line by line, behind `indent` spaces."""

    text: str
    indent: int = 0


Block: TypeAlias = Heading | Pairs | Prose | Table


@dataclass(slots=True)
class Sheet:
    """Blocks in order."""

    blocks: list[Block] = field(default_factory=list)

    def add(self, *blocks: Block) -> None:
        """Appends blocks."""
        self.blocks.extend(blocks)

    def emit(self, form: str = "table") -> None:
        """Prints all: "md" as Markdown, else with Rich on a terminal and plain elsewhere."""
        if form == "md":
            click.echo("\n\n".join(_markdown(self.blocks)))
            return
        if on_terminal():
            _draw(self.blocks)
            return
        for number, block in enumerate(self.blocks):
            if isinstance(block, Heading):
                click.echo(("\n" if number else "") + one_line(block.words, HEADING))
            elif isinstance(block, Pairs):
                click.echo("\n".join(f"  {name:<{_key_width(block)}}  {text}" for name, text in _lines(block)))
            elif isinstance(block, Prose):
                click.echo("\n".join(" " * block.indent + line for line in _text(block).split("\n")))
            elif block.rows:
                click.echo("\n".join("  " + line for line in as_text(block).split("\n")))


def in_context(text: str, start: int, end: int) -> str:
    """A span of a text between « and », with some of what stands around it, on one line."""
    left = ("…" if start > CONTEXT else "") + text[max(0, start - CONTEXT) : start]
    right = text[end : end + CONTEXT] + ("…" if end + CONTEXT < len(text) else "")
    return one_line(f"{left}«{text[start:end]}»{right}")


def _draw(blocks: Sequence[Block]) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table as RichTable
    from rich.text import Text

    console = Console(markup=False, highlight=False, emoji=False)
    for number, block in enumerate(blocks):
        if isinstance(block, Heading):
            console.print(Text(("\n" if number else "") + one_line(block.words, HEADING), style="bold"))
        elif isinstance(block, Pairs):
            grid = RichTable.grid(padding=(0, 2, 0, 0), pad_edge=True)
            grid.add_column(style="dim", no_wrap=True)
            grid.add_column(overflow="fold")
            for name, text in _lines(block):
                grid.add_row(Text(name), Text(text))
            console.print(Padding(grid, (0, 0, 0, 2)))
        elif isinstance(block, Prose):
            console.print(Padding(Text(_text(block)), (0, 0, 0, block.indent)))
        elif block.rows:
            draw(block)


def _markdown(blocks: Sequence[Block]) -> Iterator[str]:
    """Paragraphs: headings, lists by depth of indent, tables. Nothing in them is markup of its own."""
    listed: list[str] = []
    for number, block in enumerate(blocks):
        if isinstance(block, Prose) and block.indent:
            depth = "  " * ((block.indent - 2) // 2)
            lines = [_line(line.strip()) for line in _text(block).split("\n")]
            listed.append(f"{depth}- " + f"\\\n{depth}  ".join(lines))
            continue
        if listed:
            yield "\n".join(listed)
            listed = []
        if isinstance(block, Heading):
            yield ("##" if number else "#") + " " + unmarked(one_line(block.words, HEADING))
        elif isinstance(block, Pairs):
            yield "\n".join(f"- **{unmarked(name)}**: {unmarked(text)}" for name, text in _lines(block))
        elif isinstance(block, Prose):
            yield unmarked(_text(block))
        elif block.rows:
            yield as_markdown(block)
    if listed:
        yield "\n".join(listed)


def _line(text: str) -> str:
    """A line of a list. An address stays one; a sign at the beginning would open a list of its own."""
    if re.fullmatch(r"https?://[^\s<>|]+", text):
        return f"<{text}>"
    return re.sub(r"^([-+]|\d+(?=\.))", r"\\\1", unmarked(text))


def _lines(block: Pairs) -> list[tuple[str, str]]:
    return [(one_line(name), cell(value)) for name, value in block.items if value not in (None, "", (), [])]


def _key_width(block: Pairs) -> int:
    return max((len(name) for name, _ in _lines(block)), default=0)


def _text(block: Prose) -> str:
    text = clean(block.text[:PARAGRAPHS])
    return text if len(block.text) <= PARAGRAPHS else f"{text}…\n({len(block.text):,} characters in all)"
