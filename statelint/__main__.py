"""`python -m statelint`."""

from statelint.cli.main import main

main()
