"""Folds the articles of a store again in several orders, and says whether the same stories come out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from breachwire.settings.models import Stories
from breachwire.store.database import Database
from flows.understanding import fold_awaiting

NIGHTS = 3
ORDERS = {"oldest first": "published_at, article_id", "newest first": "published_at DESC, article_id"}


def refold(path: Path) -> None:
    """Prints the number of stories of each order, and whether they are the same as those of the first."""
    first: set[frozenset[str]] = set()
    for name, nights in (("oldest first", NIGHTS), ("newest first", NIGHTS), ("all at once", 1)):
        made = folded(path, ORDERS.get(name, ORDERS["oldest first"]), nights)
        first = first or made
        sizes = Counter(map(len, made))
        same = "the same" if made == first else f"{len(made ^ first)} stories differ"
        print(f"{name:14}{nights} nights: {len(made)} stories, largest {max(sizes)}: {same}")


def folded(path: Path, order: str, nights: int) -> set[frozenset[str]]:
    """The stories, as sets of article ids, of the store's articles when they arrive in that order (SQL)."""
    with TemporaryDirectory() as folder:
        store = Database(Path(folder) / "store.duckdb")
        for night in range(nights):
            with store.session() as con:
                pass
            with store.session() as con:
                con.commit()
                con.execute(f"ATTACH '{path}' AS old (READ_ONLY)")
                con.begin()
                chosen = (
                    f"SELECT article_id FROM (SELECT article_id, ntile({nights}) OVER (ORDER BY {order}) AS night "
                    f"FROM old.articles) WHERE night = {night + 1}"
                )
                con.execute(
                    "INSERT INTO articles BY NAME SELECT * REPLACE (NULL AS story_id) FROM old.articles "
                    f"WHERE article_id IN ({chosen})"
                )
                con.execute(f"INSERT INTO sketched_articles FROM old.sketched_articles WHERE article_id IN ({chosen})")
                con.execute(
                    "INSERT INTO sketch_hashes SELECT h.* FROM old.sketch_hashes AS h "
                    f"JOIN old.sketched_articles USING (article) WHERE article_id IN ({chosen})"
                )
                fold_awaiting(con, Stories())
        with store.session() as con:
            rows = con.execute("SELECT list(article_id) FROM articles GROUP BY story_id").fetchall()
    return {frozenset(ids) for (ids,) in rows}
