"""The settings in force, for a hook: from the mode that a person switched to and from the settings file.

On the hot path of a hook: the settings file is TOML, whose parser alone would cost more than a whole decision, so
what it says is kept beside the state, with the file's time and size, and parsed anew only when these differ.
"""

from __future__ import annotations

import os

from mcp_server.adapters import places
from mcp_server.domain import scope as scopes
from mcp_server.domain.decision import Policy

MODE = "mode"
CACHE = "policy"


def mode_override(state: str) -> str | None:
    """The mode that `interlock mode` set, or None. It needs no database, so it can switch a broken one off."""
    text = _read(os.path.join(state, MODE))
    return text.strip() if text else None


def policy_of(repository: places.Repository) -> Policy:
    """What the guard needs of the settings; refuses (ValueError) a settings file that cannot be understood."""
    stamp = _stamp(repository.settings)
    if stamp is None:
        return _overridden(repository, "enforce", "allow", ())
    cache = _read(os.path.join(repository.state, CACHE)).split("\n")
    if cache[0] != stamp or len(cache) < 3:
        cache = _parse_anew(repository, stamp)
    return _overridden(repository, cache[1], cache[2], cache[3:])


def _overridden(
    repository: places.Repository, mode: str, unclaimed: str, patterns: list[str] | tuple[str, ...]
) -> Policy:
    return Policy(mode_override(repository.state) or mode, unclaimed, scopes.parse(patterns))


def _parse_anew(repository: places.Repository, stamp: str) -> list[str]:
    from mcp_server.adapters.settings_file import read_settings  # rarely needed, and slow to import

    settings = read_settings(repository.settings)
    lines = [stamp, settings.mode, settings.unclaimed, *settings.open]
    _keep(os.path.join(repository.state, CACHE), "\n".join(lines))
    return lines


def _keep(file: str, text: str) -> None:
    """Replace the cache at once; a disk that takes no writes only makes the next hook slower."""
    draft = f"{file}.{os.getpid()}"
    try:
        with open(draft, "w", encoding="utf-8") as handle:
            handle.write(text)
        os.replace(draft, file)
    except OSError:
        pass


def _stamp(file: str) -> str | None:
    try:
        found = os.stat(file)
    except OSError:
        return None
    return f"{found.st_mtime_ns} {found.st_size} {found.st_ino}"


def _read(file: str) -> str:
    try:
        with open(file, encoding="utf-8") as handle:
            return handle.read()
    except OSError:
        return ""
