"""The settings file `.claude/interlock.toml`: reads it and checks it."""

from __future__ import annotations

import tomllib
from typing import Any

from mcp_server.adapters.settings import values
from mcp_server.adapters.settings.mode import mode_override
from mcp_server.domain.assignment.routing import RoutingSettings
from mcp_server.domain.errors import InterlockError
from mcp_server.domain.oversight.need import KINDS
from mcp_server.domain.settings import (
    BASH,
    HOLD_BUILDS,
    MODES,
    MOST_TOKENS,
    PLACES,
    STYLES,
    UNCLAIMED,
    BudgetSettings,
    MergeSettings,
    NotifySettings,
    RetentionSettings,
    ReviewSettings,
    Settings,
    StoreSettings,
    TeamSettings,
    WorktreeSettings,
)
from mcp_server.domain.unattended.limits import PERMISSION_MODES, WorkSettings
from mcp_server.domain.unattended.limits import PLACES as WORK_PLACES

Section = (
    BudgetSettings
    | MergeSettings
    | NotifySettings
    | RetentionSettings
    | ReviewSettings
    | RoutingSettings
    | StoreSettings
    | TeamSettings
    | WorkSettings
    | WorktreeSettings
)

KEYS: dict[str, values.Reader] = {
    "mode": values.one_of(MODES),
    "unclaimed": values.one_of(UNCLAIMED),
    "lease_minutes": values.number(1, 7 * 24 * 60),
    "open": values.patterns,
    "bash": values.one_of(BASH),
    "writable": values.folders,
    "retry_seconds": values.number(0, 600),
    "hold_builds": values.one_of(HOLD_BUILDS),
    "approve_own_tools": values.flag,
    "tasks_file": values.path,
    "state_file": values.path,
    "max_agents": values.whole("a whole number", 1, 1_000),
    "budget.task_tokens": values.whole("a number of tokens, 0 for no limit,", 0, MOST_TOKENS),
    "budget.agent_tokens": values.whole("a number of tokens, 0 for no limit,", 0, MOST_TOKENS),
    "budget.day_tokens": values.whole("a number of tokens, 0 for no limit,", 0, MOST_TOKENS),
    "budget.warn": values.number(0.01, 1),
    "prices": values.prices,
    "merge.style": values.one_of(STYLES),
    "merge.check": values.command,
    "merge.push": values.flag,
    "notify.command": values.command,
    "notify.desktop": values.flag,
    "notify.terminal": values.flag,
    "notify.webhook": values.address,
    "notify.apprise": values.texts("addresses"),
    "notify.only": values.some_of(KINDS),
    "notify.build_minutes": values.number(1, 24 * 60),
    "retention.days": values.number(1, 3_650),
    "retention.events": values.whole("a whole number", 1_000, 10_000_000),
    "review.limit": values.whole("a whole number", 1, 1_000),
    "review.required": values.flag,
    "roles": values.roles,
    "routing.haiku": values.model,
    "routing.sonnet": values.model,
    "routing.opus": values.model,
    "routing.local": values.command,
    "routing.effort": values.efforts,
    "routing.escalate_after": values.whole("a whole number, 0 for never,", 0, 3),
    "store.url": values.database,
    "teams.plan_first": values.flag,
    "wake_idle": values.flag,
    "work.turns": values.whole("a number of turns, 0 for no limit,", 0, 100_000),
    "work.usd": values.number(0, 100_000),
    "work.minutes": values.number(0.01, 7 * 24 * 60),
    "work.permission_mode": values.one_of(PERMISSION_MODES),
    "work.place": values.one_of(WORK_PLACES),
    "work.inbox": values.folder_below,
    "work.outbox": values.folder_below,
    "work.triage": values.command,
    "worktree.place": values.one_of(PLACES),
    "worktree.prepare": values.flag,
    "worktree.setup": values.texts("commands"),
    "worktree.copy": values.texts("patterns"),
    "worktree.link": values.paths_below,
    "worktree.ports": values.variables(values.port),
    "worktree.names": values.variables(values.stem),
}
SECTIONS: dict[str, type[Section]] = {
    "budget": BudgetSettings,
    "merge": MergeSettings,
    "notify": NotifySettings,
    "retention": RetentionSettings,
    "review": ReviewSettings,
    "routing": RoutingSettings,
    "store": StoreSettings,
    "teams": TeamSettings,
    "work": WorkSettings,
    "worktree": WorktreeSettings,
}


class SettingsError(InterlockError, ValueError):
    """The settings file cannot be used; the message names the file and what is wrong with it."""


def read_settings(file: str) -> Settings:
    """What the file says, defaults for the rest; refuses values that make no sense, naming them."""
    said = _load(file)
    try:
        return _checked(said)
    except ValueError as error:
        raise SettingsError(f"{file}: {error}") from error


def unknown_settings(file: str) -> list[str]:
    """Names in the file that are no settings. They change nothing, and their author should know."""
    said = _load(file)
    inside = [f"{name}.{key}" for name in SECTIONS if isinstance(said.get(name), dict) for key in said[name]]
    known = {key for key in KEYS if "." not in key} | SECTIONS.keys()
    return sorted(set(said) - known) + sorted(set(inside) - KEYS.keys())


def settings_in_force(file: str, state: str) -> Settings:
    """The file's settings under the mode that a person switched to."""
    settings = read_settings(file)
    return settings._replace(mode=mode_override(state) or settings.mode)


def _load(file: str) -> dict[str, Any]:
    try:
        with open(file, "rb") as handle:
            return tomllib.load(handle)
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file} cannot be read: {error}") from error


def _checked(said: dict[str, Any]) -> Settings:
    sections: dict[str, Any] = {name: _section(name, said[name]) for name in SECTIONS if name in said}
    return Settings(**_read(said, ""), **sections)


def _section(name: str, said: Any) -> Section:
    if not isinstance(said, dict):
        raise ValueError(f"{name} must be a section, [{name}], with names and values in it")
    return SECTIONS[name](**_read(said, f"{name}."))


def _read(said: dict[str, Any], prefix: str) -> dict[str, Any]:
    """The settings with this prefix; names that are no settings are left out."""
    known = [key for key in said if prefix + key in KEYS and "." not in key]
    return {key: KEYS[prefix + key](prefix + key, said[key]) for key in known}
