"""``python -m`` of this package is its command."""

import sys

from .command import main

sys.exit(main())
