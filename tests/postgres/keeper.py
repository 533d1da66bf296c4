"""The process that keeps a run's server: `python -m tests.postgres.keeper VERSION FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.postgres.shared import keep

if __name__ == "__main__":
    keep(int(sys.argv[1]), Path(sys.argv[2]))
