"""`python -m beijiang.config.cli`."""

import sys

from beijiang.config.cli import main

sys.exit(main())
