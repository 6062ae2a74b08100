"""`python -m breachwire.cli` is `breachwire`."""

from breachwire.cli.group import main

main()
