"""Is Claude Code new enough, and will its sessions load Interlock? Asks its command line only."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from mcp_server.doctor.finding import Finding
from mcp_server.doctor.installation import Copy

OLDEST = (2, 1, 197)
SECONDS = 20
PLUGIN = "interlock"


def version() -> Finding:
    """The version of the `claude` on the PATH."""
    if shutil.which("claude") is None:
        words = "no `claude` on the PATH, so its version is not known"
        return Finding("Claude Code", "warning", words, f"Interlock needs {_dotted(OLDEST)} or newer: claude --version")
    said = _claude("--version")
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", said)
    if found is None:
        words = f"`claude --version` answers {said.strip()[:80]!r}, which is no version"
        return Finding("Claude Code", "warning", words, f"Interlock needs {_dotted(OLDEST)} or newer.")
    numbers = tuple(int(number) for number in found.groups())
    if numbers < OLDEST:
        words = f"{_dotted(numbers)} is older than {_dotted(OLDEST)}, the oldest that Interlock knows"
        return Finding("Claude Code", "broken", words, "Update it: claude update")
    return Finding("Claude Code", "ok", _dotted(numbers))


def plugin(copy: Copy) -> Finding:
    """Whether Interlock is installed and switched on, according to `claude plugin list`."""
    if shutil.which("claude") is None:
        words = "not known whether it is installed, since there is no `claude` on the PATH"
        return Finding("plugin", "warning", words, "In Claude Code, /plugin shows it.")
    installed = _installed(_claude("plugin", "list", "--json"))
    if not installed:
        words = "not installed: only sessions started with --plugin-dir have it"
        return Finding("plugin", "warning", words, _how_to_install(copy.root))
    on = [entry for entry in installed if entry.get("enabled") or entry.get("projectEnabled")]
    if not on:
        words = "installed, but switched off: sessions run without it"
        return Finding("plugin", "warning", words, f"Switch it on: claude plugin enable {installed[0]['id']}")
    return _loads(on[0], copy)


def _loads(entry: dict[str, Any], copy: Copy) -> Finding:
    words = f"installed and switched on, version {entry.get('version', 'unknown')}"
    place = entry.get("readFromFolder") or entry.get("installPath")
    if not isinstance(place, str) or _same(place, copy.root):
        return Finding("plugin", "ok", words)
    if entry.get("version") == _version_of(copy.root):
        return Finding("plugin", "ok", f"{words}, in {place}; examined here is {copy.root}")
    advice = f"Examine that copy itself: {place}/bin/interlock doctor"
    return Finding("plugin", "warning", f"{words}, in {place}, while examined here is {copy.root}", advice)


def _installed(listing: str) -> list[dict[str, Any]]:
    try:
        entries = json.loads(listing)
    except ValueError:
        raise ValueError(f"`claude plugin list --json` answers {listing.strip()[:80]!r}, which is no list") from None
    return [entry for entry in entries if str(entry.get("id", "")).split("@")[0] == PLUGIN]


def _how_to_install(root: Path) -> str:
    return f"claude plugin marketplace add {root} && claude plugin install interlock@interlock"


def _version_of(root: Path) -> str:
    manifest = root / ".claude-plugin" / "plugin.json"
    return str(json.loads(manifest.read_text(encoding="utf-8"))["version"])


def _same(place: str, root: Path) -> bool:
    return os.path.realpath(place) == os.path.realpath(root)


def _claude(*arguments: str) -> str:
    asked = subprocess.run(
        ["claude", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=SECONDS,
        env={**os.environ, "DISABLE_AUTOUPDATER": "1"},
    )
    return asked.stdout or asked.stderr


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))
