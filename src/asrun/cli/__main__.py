"""`python -m asrun.cli`: the same as the command `asrun`."""

import sys

from asrun.cli.main import main

sys.exit(main())
