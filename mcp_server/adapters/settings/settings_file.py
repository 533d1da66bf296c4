"""The settings file `.claude/interlock.toml`: what it says, and what is wrong with it."""

from __future__ import annotations

import tomllib

from mcp_server.adapters.settings import merge_section, worktree_section
from mcp_server.adapters.settings.mode import mode_override
from mcp_server.domain.errors import InterlockError
from mcp_server.domain.scopes import scope as scopes
from mcp_server.domain.settings import BASH, HOLD_BUILDS, MODES, UNCLAIMED, Settings


class SettingsError(InterlockError, ValueError):
    """The settings file cannot be used; the message names the file and what is wrong with it."""


def read_settings(file: str) -> Settings:
    """What the file says, defaults for the rest; refuses values that make no sense, naming them."""
    said = _load(file)
    try:
        return _checked({name: value for name, value in said.items() if name in Settings._fields})
    except ValueError as error:
        raise SettingsError(f"{file}: {error}") from error


def unknown_settings(file: str) -> list[str]:
    """Names in the file that are no settings. They change nothing; whoever wrote them should know."""
    said = _load(file)
    inside = merge_section.unknown(said.get("merge")) + worktree_section.unknown(said.get("worktree"))
    return sorted(set(said) - set(Settings._fields)) + inside


def settings_in_force(file: str, state: str) -> Settings:
    """The file's settings under the mode that a person switched to."""
    settings = read_settings(file)
    return settings._replace(mode=mode_override(state) or settings.mode)


def _load(file: str) -> dict[str, object]:
    try:
        with open(file, "rb") as handle:
            return tomllib.load(handle)
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file} cannot be read: {error}") from error


def _checked(said: dict[str, object]) -> Settings:
    settings = Settings()._replace(**said)  # type: ignore[arg-type]  # checked one by one below
    _one_of("mode", settings.mode, MODES)
    _one_of("unclaimed", settings.unclaimed, UNCLAIMED)
    _one_of("bash", settings.bash, BASH)
    _one_of("hold_builds", settings.hold_builds, HOLD_BUILDS)
    for name, least, most in (("lease_minutes", 1, 7 * 24 * 60), ("retry_seconds", 0, 600)):
        value: object = getattr(settings, name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise ValueError(f"{name} must be a number from {least} to {most}, not {value!r}")
    agents: object = settings.max_agents
    if isinstance(agents, bool) or not isinstance(agents, int) or not 1 <= agents <= 1_000:
        raise ValueError(f"max_agents must be a whole number from 1 to 1000, not {agents!r}")
    patterns: object = settings.open
    if not isinstance(patterns, list | tuple):
        raise ValueError(f"open must be a list of patterns, not {patterns!r}")
    writable = _folders(settings.writable)
    for name in ("tasks_file", "state_file"):
        value = getattr(settings, name)
        if value is not None and not isinstance(value, str):
            raise ValueError(f"{name} must be a path, not {value!r}")
    merge = merge_section.read(said.get("merge"))
    worktree = worktree_section.read(said.get("worktree"))
    return settings._replace(open=scopes.parse(patterns).patterns, writable=writable, merge=merge, worktree=worktree)


def _folders(said: object) -> tuple[str, ...]:
    """Folders outside the repository, absolute or below the home directory."""
    if not isinstance(said, list | tuple):
        raise ValueError(f"writable must be a list of folders, not {said!r}")
    for folder in said:
        if not isinstance(folder, str) or "\n" in folder or "\0" in folder or not folder.startswith(("/", "~/")):
            raise ValueError(f"writable must name folders that begin with / or ~/, not {folder!r}")
    return tuple(said)


def _one_of(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, not {value!r}")
