"""Which copy of Interlock is being examined, and where does it keep its data?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from mcp_server.bootstrap import check


class Copy(NamedTuple):
    """A copy in the folder `root`; `data` is its data folder, which for a checkout is `root` itself."""

    root: Path
    data: Path

    @property
    def notes(self) -> Path:
        """Where the set-up and the hooks keep their records."""
        return Path(check.state_folder(str(self.root), str(self.data)))


def copy_at(root: Path) -> Copy:
    """The copy in `root`, with the data folder that `bin/interlock` finds for it."""
    named = os.environ.get("CLAUDE_PLUGIN_DATA")
    return Copy(root, Path(named) if named else _data_of_installed(root) or root)


def without_home(text: str) -> str:
    """`text` with the home folder as `~`, so that it can be shown to others."""
    home = os.path.expanduser("~")
    return text.replace(home + os.sep, "~" + os.sep) if len(home) > 1 else text


def _data_of_installed(root: Path) -> Path | None:
    # …/plugins/cache/MARKET/PLUGIN/VERSION keeps its data in …/plugins/data/PLUGIN-MARKET
    if len(root.parts) < 6 or root.parts[-5:-3] != ("plugins", "cache"):
        return None
    data = root.parents[3] / "data" / f"{root.parts[-2]}-{root.parts[-3]}"
    return data if data.is_dir() else None
