"""Who is told about which incident, in what words, and through which channel.

Lives here: `rules` (changes to alerts), `message` (an alert's words), `words` (an incident's),
`plain` (outside text made harmless), `deliver` (the loop over what waits) and `channels`
(terminal, file, Apprise).
May be imported: `records`, `vocabulary`, `errors`, `identity`, `settings`, rapidfuzz; Apprise in its channel alone.
Never happens here: a database, the clock, or an address in a log. The outbox is the store's: rows come in as `Alert`s.
"""
