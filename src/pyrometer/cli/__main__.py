"""Runs the command line with `python -m pyrometer.cli`."""

import sys

from pyrometer.cli import main

if __name__ == "__main__":
    sys.exit(main())
