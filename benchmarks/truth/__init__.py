"""truth: how right is what breachwire says, measured on labels that a person wrote.

Lives here: counts with their intervals (`shares`), what a label says (`labels`) and when a value agrees with it
(`names`, `judging`, `grouping`); the scores of a published file (`published`), of texts (`texts`) and of bodies
(`bodies`); the project's own sets (`sets`), their floors (`floors`) and the gate that holds them (`gate`); how it is
printed (`tables`).
May be imported: every module, by the benchmarks and their tests.
Never happens here: a network, or a word of a label that reaches the rules.
"""
