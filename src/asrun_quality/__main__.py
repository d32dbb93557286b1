"""`python -m asrun_quality COMMAND`."""

import sys

from asrun_quality.cli import main

sys.exit(main())
