"""feedforms: the quirks of the formats that news is syndicated in, each kept at home.

Lives here: `markup` (RSS 0.9x, 2.0, RDF, Atom and CDF), `jsonfeed` (JSON Feed 1.0 and 1.1) and `sitemap` (news
sitemaps); all make a `Form`.
May be imported: by `extractors.feed`, which makes records of it, and `extractors.discovering`, for indexes.
Never happens here: network, records of breachwire, or a decision which entry is kept.
"""
