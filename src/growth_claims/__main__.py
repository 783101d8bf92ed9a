"""`python -m growth_claims`: the same as the command `growth-claims`."""

import sys

from growth_claims.cli import main

if __name__ == "__main__":
    sys.exit(main())
