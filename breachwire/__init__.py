"""breachwire: what we know about cyber incidents in the news, and the doors to it.

Lives here: the words that everyone shares (`records`, `vocabulary`, `errors`, `identity`), `settings`, and one room for
each thing that is done with them: `fetching`, `archive`, `stories`, `incidents`, `store`, `alerts`, `sample`, `cli`.
May be imported: anything below on the three floors that `pyproject.toml` names under `importlinter`.
Never happens here: reading what a document says (that is `extractors`) or deciding when things run (that is `flows`).
"""

__version__ = "0.1.0"
