"""The section `[worktree]` of the settings file: what it says, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable

from mcp_server.domain.settings import PLACES, WorktreeSettings

LOWEST_PORT, HIGHEST_PORT = 1024, 65_000
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


def read(said: object) -> WorktreeSettings:
    """The section, defaults for what it does not say; refuses (ValueError) what makes no sense, naming it."""
    if said is None:
        return WorktreeSettings()
    if not isinstance(said, dict):
        raise ValueError(f"worktree must be a section, [worktree], not {said!r}")
    known = {name: _READ[name](value) for name, value in said.items() if name in _READ}
    return WorktreeSettings()._replace(**known)  # type: ignore[arg-type]  # each was read by what refuses anything else


def unknown(said: object) -> list[str]:
    """Names in the section that are no settings."""
    return sorted(f"worktree.{name}" for name in set(said) - set(_READ)) if isinstance(said, dict) else []


def _place(value: object) -> str:
    if value not in PLACES:
        raise ValueError(f"worktree.place must be one of {', '.join(PLACES)}, not {value!r}")
    return str(value)


def _prepare(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"worktree.prepare must be true or false, not {value!r}")
    return value


def _texts(name: str, what: str) -> Callable[[object], tuple[str, ...]]:
    def read_texts(value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(_is_text(part) for part in value):
            raise ValueError(f"worktree.{name} must be a list of {what}, not {value!r}")
        return tuple(value)

    return read_texts


def _paths(value: object) -> tuple[str, ...]:
    paths = tuple(path.strip("/") for path in _texts("link", "paths")(value))
    for path in paths:
        if path.split("/")[0] in ("", ".git", ".") or ".." in path.split("/"):
            raise ValueError(f"worktree.link must name paths below the worktree's root, not {path!r}")
    return paths


def _ports(value: object) -> tuple[tuple[str, int], ...]:
    for name, port in _variables("ports", value):
        if isinstance(port, bool) or not isinstance(port, int) or not LOWEST_PORT <= port <= HIGHEST_PORT:
            raise ValueError(f"worktree.ports.{name} must be a port from {LOWEST_PORT} to {HIGHEST_PORT}, not {port!r}")
    return tuple(_variables("ports", value))  # type: ignore[arg-type]  # just looked at


def _names(value: object) -> tuple[tuple[str, str], ...]:
    for name, stem in _variables("names", value):
        if not isinstance(stem, str) or not re.fullmatch(r"[A-Za-z0-9_.-]{1,40}", stem):
            raise ValueError(
                f"worktree.names.{name} must be what names begin with (letters, digits, _ . -), not {stem!r}"
            )
    return tuple(_variables("names", value))  # type: ignore[arg-type]  # just looked at


def _variables(section: str, value: object) -> list[tuple[str, object]]:
    if not isinstance(value, dict):
        raise ValueError(f"worktree.{section} must be a table of environment variables, not {value!r}")
    for name in value:
        if not _VARIABLE.fullmatch(name) or name == "PATH":
            raise ValueError(f"worktree.{section} must name environment variables, not {name!r}")
    return list(value.items())


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and "\0" not in value and "\n" not in value


_READ: dict[str, Callable[[object], object]] = {
    "place": _place,
    "prepare": _prepare,
    "setup": _texts("setup", "commands"),
    "copy": _texts("copy", "patterns"),
    "link": _paths,
    "ports": _ports,
    "names": _names,
}
