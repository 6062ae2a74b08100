"""`python -m breachwire`: the command line."""

from breachwire.cli import main

main()
