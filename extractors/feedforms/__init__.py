"""feedforms: the quirks of the formats that news is syndicated in, each kept at home.

Lives here: `markup` (RSS 0.9x, 2.0, RDF and Atom) and `jsonfeed` (JSON Feed 1.0 and 1.1); both make a `Form`.
May be imported: by `extractors.feed` alone, which makes records of it.
Never happens here: network, records of breachwire, or a decision which entry is kept.
"""
