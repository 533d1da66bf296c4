"""Do the client's own settings undo what Interlock does? Files that a person writes are read, and the environment."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mcp_server.adapters.host.repository import Repository
from mcp_server.adapters.settings.settings_file import SettingsError, read_settings
from mcp_server.doctor.finding import Finding, State
from mcp_server.domain.assignment.routing import ALIASES, TIERS, alias_of
from mcp_server.sandbox.caches import caches

SERVER = "plugin:interlock:interlock"
TOOLS = "mcp__plugin_interlock_interlock"
TEMPORARY = "/tmp"  # noqa: S108  where every command may write
MANAGED = Path("/etc/claude-code/managed-settings.json")
UNDOING = {
    "CLAUDE_CODE_SHELL_PREFIX": "every command is started by another program, so it may not be confined",
    "CLAUDE_CODE_SUBAGENT_MODEL": "it chooses the model of subagents, on older clients whatever their task's tier says",
    "CLAUDE_CODE_SUBAGENT_MODEL_FORCE": "the model of subagents is chosen whatever their task's tier says",
    "CLAUDE_CODE_WORKFLOW_SUBAGENT_MODEL": "it chooses the model of workflows' agents, whatever their task's tier says",
    "CLAUDE_CODE_SIMPLE": "sessions run without plugins",
}
"""Variables of the client, and what they do to Interlock."""


class Trouble(NamedTuple):
    """A setting that undoes something: where it is, what it does, what helps."""

    words: str
    advice: str
    broken: bool = False


def client_settings(repository: Repository, home: Path, environment: Mapping[str, str]) -> Finding:
    """Check the settings of the person, of the project and of the machine, and the environment."""
    found = [*_troubles(repository, home), *_variables(environment, "the environment")]
    found += _routes(repository, home, environment)
    if not found:
        return Finding("client's settings", "ok", "nothing in them undoes what Interlock does")
    state: State = "broken" if any(trouble.broken for trouble in found) else "warning"
    words = "; ".join(trouble.words for trouble in found)
    return Finding("client's settings", state, words, " ".join(dict.fromkeys(trouble.advice for trouble in found)))


def grants(repository: Repository, home: Path, environment: Mapping[str, str]) -> Finding:
    """Check whether the caches that the environment names can be written by confined commands."""
    try:
        writable = [os.path.expanduser(folder) for folder in read_settings(repository.settings).writable]
    except SettingsError:  # said elsewhere
        writable = []
    granted = [
        *caches(str(home), environment),
        *writable,
        repository.root,
        TEMPORARY,
        environment.get("TMPDIR", TEMPORARY),
    ]
    named = {name: value for name, value in environment.items() if re.search("cache", name, re.IGNORECASE)}
    lacking = {
        name: value
        for name, value in named.items()
        if os.path.isabs(value) and os.path.isdir(value) and not any(_is_within(value, place) for place in granted)
    }
    if not lacking:
        return Finding("caches", "ok", "commands that are confined can write those that the environment names")
    words = ", ".join(f"{name} ({value})" for name, value in sorted(lacking.items()))
    line = ", ".join(f'"{value}"' for value in sorted(set(lacking.values())))
    advice = f"If your tools write there: writable = [{line}] in .claude/interlock.toml"
    return Finding("caches", "warning", f"confined commands can't write what the environment names: {words}", advice)


def _troubles(repository: Repository, home: Path) -> Iterator[Trouble]:
    for file in _files(repository, home):
        yield from _in_settings(file, _read(file))
    known = _read(Path(os.environ.get("CLAUDE_CONFIG_DIR") or home, ".claude.json"))
    for path in (repository.root, repository.main):
        entry = _map(_map(known.get("projects")).get(path))
        if SERVER in _list(entry.get("disabledMcpServers")):
            yield Trouble(
                "Interlock's server is disabled for this project, so its tools are missing",
                f"Enable it in a session: /mcp enable {SERVER}",
                broken=True,
            )
            return


def _files(repository: Repository, home: Path) -> tuple[Path, ...]:
    """The client's settings files, in the order in which a later one counts more."""
    folder = Path(os.environ.get("CLAUDE_CONFIG_DIR") or home / ".claude")
    project = Path(repository.main, ".claude")
    return folder / "settings.json", project / "settings.json", project / "settings.local.json", MANAGED


def _in_settings(file: Path, said: Mapping[str, Any]) -> Iterator[Trouble]:
    if said.get("disableAllHooks") is True:
        yield Trouble(f"{file} disables all hooks, so nothing is checked", f"Take disableAllHooks out of {file}.", True)
    denied = [rule for rule in _list(_map(said.get("permissions")).get("deny")) if str(rule).startswith(TOOLS)]
    if denied:
        yield Trouble(f"{file} denies tools of Interlock: {', '.join(map(str, denied))}", f"Take them out of {file}.")
    if _map(said.get("sandbox")).get("enabled") is True:
        yield Trouble(
            f"{file} switches the client's own sandbox on, which confines the same commands without knowing any scope",
            "Interlock is not tested together with it; if commands fail in sessions, use one of the two.",
        )
    yield from _variables(_map(said.get("env")), str(file))


def _variables(environment: Mapping[str, Any], where: str) -> Iterator[Trouble]:
    for name, what in UNDOING.items():
        if environment.get(name):
            yield Trouble(f"{where} sets {name}: {what}", f"Take {name} out, if that is not what you want.")


def _routes(repository: Repository, home: Path, environment: Mapping[str, str]) -> Iterator[Trouble]:
    """The models of the settings that the client's own tool for agents can't be given: it takes families alone."""
    try:
        routing = read_settings(repository.settings).routing
    except SettingsError:  # said elsewhere
        return
    known = dict(environment)
    for file in _files(repository, home):
        known |= {name: str(value) for name, value in _map(_read(file).get("env")).items()}
    for tier in TIERS:
        model = routing.model(tier)
        alias = alias_of(model)
        if model in ALIASES or (alias is not None and known.get(f"ANTHROPIC_DEFAULT_{alias.upper()}_MODEL") == model):
            continue
        words = f"[routing] {tier} = {model}: subagents can't be given it"
        if alias is None:
            yield Trouble(
                words, f"Sessions that `interlock launch` starts get it; for subagents name {', '.join(ALIASES)}."
            )
        else:
            name = f"ANTHROPIC_DEFAULT_{alias.upper()}_MODEL"
            line = json.dumps({"env": {name: model}})
            yield Trouble(f"{words}, only the client's own {alias}", f"In ~/.claude/settings.json: {line}")


def _read(file: Path) -> dict[str, Any]:
    """What a settings file says; nothing where it is missing or is none, which the client itself reports."""
    try:
        return _map(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError):
        return {}


def _map(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_within(path: str, folder: str) -> bool:
    return (os.path.realpath(path) + os.sep).startswith(os.path.realpath(folder) + os.sep)
