"""fetching: the one door to the network.

Lives here: `client` (one address to one `Reply`, and many of them), `guard` (which addresses may be dialled),
`politeness` (how often a host is asked), `faults` (what went wrong, in words), `polling` (when a feed is due: pure),
`chat` (one question to one answer of a language model: off unless `[second_opinion]` is enabled).
May be imported: `breachwire.records`, `errors`, `identity`, `settings`; aiohttp stays in this folder.
Never happens here: reading what came (that is `extractors`), files, the database.

robots.txt is not read yet. It belongs between `politeness` and `client`: a host's turn would hold its rules.
"""

from breachwire.fetching.client import ACCEPT_FEED, ACCEPT_PAGE, Ask, Fetcher, Limits
from breachwire.fetching.many import fetch_many

__all__ = ["ACCEPT_FEED", "ACCEPT_PAGE", "Ask", "Fetcher", "Limits", "fetch_many"]
