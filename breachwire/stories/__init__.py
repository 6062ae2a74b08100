"""Stories: the same text, wherever it is printed.

In: bodies. Out: stories, each with the copy that the others are copies of.

    sketch           the smallest shingle hashes of one body; the store finds which bodies share several
    fold_copies      reads those pairs of bodies side by side, and folds what are copies

Pure: no database, no clock. The order in which articles arrive makes no difference to what is folded with what.
"""

from breachwire.stories.copying import Body
from breachwire.stories.folding import canonical_order, fold_copies
from breachwire.stories.sketching import sketch

__all__ = ["Body", "canonical_order", "fold_copies", "sketch"]
