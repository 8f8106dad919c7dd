"""``python -m motcua_edge camera …`` works without the centre's settings."""

import sys

from motcua_edge.cli import main

sys.exit(main())
