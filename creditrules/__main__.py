"""`python -m creditrules` is the command line."""

from creditrules.cli import main

main()
