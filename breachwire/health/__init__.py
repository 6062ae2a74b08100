"""health: what is learnt of a feed from night to night, and what of it a person should know. Pure.

Lives here: `habits` (how often a feed has news, how much text its pages give, and when that is out of the ordinary),
`diagnosis` (what is wrong with a feed in one line, and what to do).
May be imported: `breachwire.records`, `errors`, `identity`, `settings`.
Never happens here: the clock, the network, files, the database.
"""
