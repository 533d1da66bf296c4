"""The settings in force, for a hook: from the mode that a person switched to and from the settings file.

On the hot path of a hook: the settings file is TOML, whose parser alone would cost more than a whole decision, so
what it says is kept beside the state, with the file's time and size, and parsed anew only when these differ.
"""

from __future__ import annotations

import os

from mcp_server.adapters.host import repository as places
from mcp_server.domain.decision import Policy
from mcp_server.domain.scopes import scope as scopes

MODE = "mode"
CACHE = "policy"
CACHED_LINES = 8
BETWEEN = "\0"
"""Between the parts of a list on one line: neither a pattern nor a folder can hold it."""


def mode_override(state: str) -> str | None:
    """The mode that `interlock mode` set, or None. It needs no database, so it can switch a broken one off."""
    text = _read(os.path.join(state, MODE))
    return text.strip() if text else None


def policy_of(repository: places.Repository) -> Policy:
    """What the hooks need of the settings; refuses (ValueError) a settings file that cannot be understood."""
    override = mode_override(repository.state)
    stamp = _stamp(repository.settings)
    if stamp is None:
        return Policy(override or "enforce", "allow", scopes.parse(()))
    cache = _read(os.path.join(repository.state, CACHE)).split("\n")
    if cache[0] != stamp or len(cache) != CACHED_LINES:
        cache = _parse_anew(repository, stamp)
    mode, unclaimed, bash, hold_builds, retry_seconds, writable, patterns = cache[1:]
    return Policy(
        override or mode,
        unclaimed,
        scopes.parse(_listed(patterns)),
        bash=bash,
        hold_builds=hold_builds,
        retry_seconds=float(retry_seconds),
        writable=_listed(writable),
    )


def _parse_anew(repository: places.Repository, stamp: str) -> list[str]:
    from mcp_server.adapters.settings.settings_file import read_settings  # rarely needed, and slow to import

    said = read_settings(repository.settings)
    lines = [
        stamp,
        said.mode,
        said.unclaimed,
        said.bash,
        said.hold_builds,
        str(said.retry_seconds),
        BETWEEN.join(said.writable),
        BETWEEN.join(said.open),
    ]
    _keep(os.path.join(repository.state, CACHE), "\n".join(lines))
    return lines


def _listed(text: str) -> list[str]:
    return text.split(BETWEEN) if text else []


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
