"""Who is told about which incident, in what words, and through which channel.

Lives here: `rules` (changes to alerts), with `filters` (what a rule lets through), `material` (what of a change is
worth telling) and `timing` (quiet hours, the digest's hour); `message` (an alert's words), laid out from its
`card`, with `words` (an incident's), `quoting` (the sentence around a value) and `plain` (outside text made
harmless); `digests` and `html` (many in one, mail); `pulse` and `ping` (breachwire about itself); `planning`,
`envelopes`, `pacing`, `deliver` (what waits, to its channels) and `channels`.
May be imported: `records`, `vocabulary`, `errors`, `identity`, `settings`; Babel for countries, Jinja2 in `html`;
Apprise in its channel alone.
Never happens here: a database, the clock, or an address in a log. The outbox is the store's: rows come in as `Alert`s.
"""
