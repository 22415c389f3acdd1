"""`python -m recipes_data`: the same as the command `recipes-data`."""

import sys

from recipes_data.cli.entry import main

sys.exit(main())
