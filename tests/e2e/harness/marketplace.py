"""A plugin as others get it: copied from a git repository, not run from the folder that it is developed in."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

_AUTHOR = ("-c", "user.name=Test", "-c", "user.email=test@example.invalid")


def published(checkout: Path, market: Path) -> Path:
    """`market`, made a marketplace from which a client clones what is in `checkout` now, committed or not.

    A client runs a plugin that it found in a local folder right there; only one from a repository gets a copy.
    """
    repository = market / "repository"
    _copy(checkout, repository)
    for command in (
        ["init", "--quiet"],
        ["add", "--force", "."],
        ["commit", "--quiet", "--no-verify", "-m", "Release"],
    ):
        subprocess.run(["git", *_AUTHOR, *command], cwd=repository, check=True)
    manifest = json.loads((checkout / ".claude-plugin/marketplace.json").read_text())
    for plugin in manifest["plugins"]:
        plugin["source"] = {"source": "url", "url": repository.as_uri()}
    (market / ".claude-plugin").mkdir()
    (market / ".claude-plugin/marketplace.json").write_text(json.dumps(manifest))
    return market


def _copy(checkout: Path, to: Path) -> None:
    if not (checkout / ".git").exists():
        shutil.copytree(checkout, to)
        return
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=checkout, check=True, capture_output=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (checkout / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(checkout / name, to / name)
