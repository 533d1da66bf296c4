"""Interlock as a session finds it: this checkout as a plugin, with its environment ready."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]
TOOL = "mcp__plugin_interlock_interlock__"


def settle(home: Path, data: str = "interlock-inline", root: Path = ROOT) -> None:
    """Give a new home what the first start of the plugin at `root` would make, from the checkout's own environment.

    To make it anew takes seconds.
    """
    _set_up()
    folder = home / ".claude" / "plugins" / "data" / data
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy2(ROOT / ".interlock" / "python", folder / "python")
    stamp, locked = folder / "ready", (root / "requirements.txt").stat()
    stamp.write_text((ROOT / ".interlock" / "ready").read_text().replace(str(ROOT), str(root), 1))
    os.utime(stamp, ns=(locked.st_atime_ns, locked.st_mtime_ns))


@cache
def _set_up() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CLAUDE_")}
    subprocess.run([ROOT / "bin" / "interlock", "--version"], check=True, capture_output=True, env=environment)
