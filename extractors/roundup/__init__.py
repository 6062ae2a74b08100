"""roundup: one document, several incidents.

Lives here: what announces a round-up (`signs`), how its body is laid out (`layout`), and which sections of it report an
incident of their own (`split`).
May be imported: `read_round_up` and `is_announced`; the records of breachwire, and the extractors beside it.
Never happens here: a merge of two incidents, and no split that is not sure: an article about one incident stays whole.
"""

from __future__ import annotations

from extractors.roundup.signs import is_announced
from extractors.roundup.split import RoundUp, read_round_up

__all__ = ["RoundUp", "is_announced", "read_round_up"]
