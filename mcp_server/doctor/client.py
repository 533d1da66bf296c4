"""Is Claude Code new enough, and will its sessions load Interlock? Only its command line is asked."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

from mcp_server.doctor.finding import Finding
from mcp_server.doctor.installation import Copy
from mcp_server.doctor.machine import run

OLDEST = (2, 1, 197)
PLUGIN = "interlock"


def version() -> Finding:
    """Check the version of the `claude` on the PATH."""
    if shutil.which("claude") is None:
        words = "there is no `claude` on the PATH, so its version is unknown"
        return Finding("Claude Code", "warning", words, f"Interlock needs {_dotted(OLDEST)} or newer: claude --version")
    said = _claude("--version")
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", said)
    if found is None:
        words = f"`claude --version` answers {said.strip()[:80]!r}, which is not a version"
        return Finding("Claude Code", "warning", words, f"Interlock needs {_dotted(OLDEST)} or newer.")
    numbers = tuple(int(number) for number in found.groups())
    if numbers < OLDEST:
        words = f"{_dotted(numbers)} is older than {_dotted(OLDEST)}, the oldest that Interlock supports"
        return Finding("Claude Code", "broken", words, "Update it: claude update")
    return Finding("Claude Code", "ok", _dotted(numbers))


def plugin(copy: Copy) -> Finding:
    """Check that Interlock is installed and enabled, according to `claude plugin list`."""
    if shutil.which("claude") is None:
        words = "there is no `claude` on the PATH, so it is unknown whether Interlock is installed"
        return Finding("plugin", "warning", words, "In Claude Code, /plugin shows it.")
    installed = _installed(_claude("plugin", "list", "--json"))
    if not installed:
        words = "not installed: only sessions started with --plugin-dir have it"
        return Finding("plugin", "warning", words, _how_to_install(copy.root))
    on = [entry for entry in installed if entry.get("enabled") or entry.get("projectEnabled")]
    if not on:
        words = "installed but disabled: sessions run without it"
        return Finding("plugin", "warning", words, f"Enable it: claude plugin enable {installed[0]['id']}")
    return _loads(on[0], copy)


def _loads(entry: dict[str, Any], copy: Copy) -> Finding:
    words = f"installed and enabled, version {entry.get('version', 'unknown')}"
    place = entry.get("readFromFolder") or entry.get("installPath")
    if isinstance(place, str) and not os.path.isdir(place):
        words = f"{words}, but its folder {place} is gone: sessions run without it"
        return Finding("plugin", "broken", words, _how_to_install(copy.root))
    if not isinstance(place, str) or _same(place, copy.root):
        return Finding("plugin", "ok", words)
    if entry.get("version") == _version_of(copy.root):
        return Finding("plugin", "ok", f"{words}, in {place}; this check examines {copy.root}")
    advice = f"To examine that copy: {place}/bin/interlock doctor"
    return Finding("plugin", "warning", f"{words}, in {place}, while this check examines {copy.root}", advice)


def _installed(listing: str) -> list[dict[str, Any]]:
    try:
        entries = json.loads(listing)
    except ValueError:
        raise ValueError(f"`claude plugin list --json` answers {listing.strip()[:80]!r}, which is not a list") from None
    return [entry for entry in entries if str(entry.get("id", "")).split("@")[0] == PLUGIN]


def _how_to_install(root: Path) -> str:
    return f"claude plugin marketplace add {root} && claude plugin install interlock@interlock"


def _version_of(root: Path) -> str:
    manifest = root / ".claude-plugin" / "plugin.json"
    return str(json.loads(manifest.read_text(encoding="utf-8"))["version"])


def _same(place: str, root: Path) -> bool:
    return os.path.realpath(place) == os.path.realpath(root)


def _claude(*arguments: str) -> str:
    asked = run("claude", *arguments, env={**os.environ, "DISABLE_AUTOUPDATER": "1"})
    return asked.stdout or asked.stderr


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))
