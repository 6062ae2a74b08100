"""fetching: the one door to the network.

Lives here: `client` (one address to one `Reply`), `many` (many of them, hosts in turns), `guard` (which addresses may
be dialled), `politeness` (how often a host is asked), `robots` (what a site's robots.txt admits), `faults` (what went
wrong, in words), `polling` (when a feed is due: pure), `chat` (one question to one answer of a language model: off
unless `[second_opinion]` is enabled).
May be imported: `breachwire.records`, `errors`, `identity`, `settings`; aiohttp stays in this folder.
Never happens here: reading what came (that is `extractors`), files, the database.
"""

from breachwire.fetching.client import ACCEPT_FEED, ACCEPT_PAGE, Ask, Fetcher, Limits
from breachwire.fetching.many import fetch_many
from breachwire.fetching.robots import Robots

__all__ = ["ACCEPT_FEED", "ACCEPT_PAGE", "Ask", "Fetcher", "Limits", "Robots", "fetch_many"]
