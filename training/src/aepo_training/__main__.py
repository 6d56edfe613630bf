"""Makes `python -m aepo_training` the same as the `aepo-training` command."""

import sys

from aepo_training.cli import main

sys.exit(main())
