"""extractors: what does this document say?

Lives here: `feed` (entries of a feed), `look` (is this page worth reading), `article` and `clutter` (its text),
`relevance` (does it report an incident), `roundup` (does it report several) and `facts` (one module a fact).
May be imported: `breachwire.records`, `errors`, `identity`, `settings`, and libraries that read documents.
Never happens here: network, clock, database. Every function takes values and returns values.
Also here: `llm`, a language model's second opinion as a question and an answer, held to the text by `quotes` and
`plausible`; who asks is not decided here.
"""

RULES_VERSION = "8"
"""Bumped when the program's own rules change: stored pages are then read again."""
