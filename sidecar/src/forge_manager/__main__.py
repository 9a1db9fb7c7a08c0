"""`python -m forge_manager` is the same as `forge-manager`."""

import sys

from forge_manager.cli import main

if __name__ == "__main__":
    sys.exit(main())
