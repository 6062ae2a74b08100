"""Incidents against the names that people watch: what matches, how well, why, and what nearly does.

Lives here: `folding` (a name's words in one spelling), `forms` (a name prepared for comparing), `agreeing` (two names),
`context` (what else is known of both), `watcher` (a whole watchlist) and `vendors` (a watchlist out of a table).
May be imported: `records`, `errors`, `identity`, `settings`; the word tables of `incidents` and `extractors.facts`.
Never happens here: a database, a file, the clock, or an alert. Hits go out as `WatchHit`s.
"""
