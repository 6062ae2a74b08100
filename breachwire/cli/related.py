"""The part of `show` that tells of related incidents: the provider's, its customers', those of one campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from breachwire.cli.output import cell
from breachwire.cli.sheet import Block, Heading, Prose, in_context
from breachwire.plaintext import one_line

if TYPE_CHECKING:
    from breachwire.cli.published import Rows

MOST = 20
"""Related incidents that are listed; `--format json` has all."""
_TOWARDS = {
    "through": "came through the incident at {name}",
    "campaign": "part of the same campaign, {name}",
    "same_provider": "came through the same provider, {name}",
    "vulnerability": "names the same vulnerability, {name}",
}
_BACK = _TOWARDS | {"through": "reached {victim} from here"}


def related_objects(related: Rows) -> list[dict[str, object]]:
    """Each related incident as one object, without the text that the quote is cut from."""
    return [{name: value for name, value in row.items() if name != "text"} for row in related.named()]


def related_blocks(related: Rows) -> list[Block]:
    """A line for each related incident, with the words that say so under it."""
    rows = list(related.named())
    if not rows:
        return []
    blocks: list[Block] = [Heading("Related incidents (not the same one)")]
    for row in rows[:MOST]:
        victim = row["victim"] or f"? ({one_line(row['title'], 60)})"
        words = (_TOWARDS if row["towards"] else _BACK)[row["kind"]].format(name=row["name"], victim=victim)
        day = cell(row["disclosed_on"]) or "no date"
        blocks.append(Prose(f"{row['other_id']}  {cell(victim)}, {day}: {cell(words)}", 2))
        said = in_context(row["text"], row["char_start"], row["char_end"]) if row["text"] else cell(row["quote"])
        blocks.append(Prose(f"{said}  ({cell(row['source'] or row['article_id'])})", 6))
    if len(rows) > MOST:
        blocks.append(Prose(f"and {len(rows) - MOST} more: --format json lists all", 2))
    return blocks
