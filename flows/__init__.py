"""flows: when things run.

Lives here: `night`, the page that strings the stages together, and the engines that run it (directly or under Prefect).
May be imported: every room. Nothing imports this folder but the command line and the tests.
Never happens here: a rule about what a document says, or SQL.
"""
