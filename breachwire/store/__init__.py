"""The DuckDB files: `store.duckdb`, private to the run, and `incidents.duckdb`, published for everyone.

Lives here: `database` (open, migrate, transactions), one module of queries for each group of tables (`polling`,
`reading`, `sketches`, `grouping`, `by_hand`, `opinions`, `outbox`, `runs`), `publish` (the private file to the
published one), `lock` (one run at a time) and `migrations/*.sql` (schema, comments, views, macros).
May be imported: `records`, `vocabulary`, `errors`, `identity`, `settings`, duckdb.
Never happens here: a decision about documents, or the clock; times are handed in.
"""
