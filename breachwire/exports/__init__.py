"""The published incidents in the formats that other programs read: CSV, JSON, Parquet, STIX, MISP, VERIS, Atom.

Lives here: one module a format, each a pure writer from `Item`s to text, with its mapping in a table beside it
(`stix_terms`, `misp_terms`, `veris_terms`); `reading`, which takes the items out of a published file piece by piece;
`checking`, which reads back what was written.
May be imported: `breachwire.records`, `breachwire.identity`, `breachwire.errors`; DuckDB, and only where it is used
stix2 and pymisp, which are extras.
Never happens here: choosing which incidents (that is the command), the clock (handed in), the network. Every id is made
from ours (`ids`), so that the same incident has the same id in every export, and importing it again updates it.
"""
