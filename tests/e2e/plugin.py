"""Interlock as a session finds it: this checkout as a plugin, its environment there already."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOOL = "mcp__plugin_interlock_interlock__"


def settle(home: Path, data: str = "interlock-inline") -> None:
    """Give a new home what the first start would make, from the checkout's own environment: that takes seconds."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CLAUDE_")}
    subprocess.run([ROOT / "bin" / "interlock", "--version"], check=True, capture_output=True, env=environment)
    folder = home / ".claude" / "plugins" / "data" / data
    folder.mkdir(parents=True)
    for name in ("ready", "python"):
        shutil.copy2(ROOT / ".interlock" / name, folder / name)
