"""The settings in force, for a hook: from the mode that a person switched to and from the settings file.

On the hot path of a hook: the settings file is TOML, whose parser alone would cost more than a whole decision, so
its content is cached beside the state, with the file's time and size, and parsed again only when these differ.
"""

from __future__ import annotations

import os

from mcp_server.adapters.host.file_stamp import stamp, text_of
from mcp_server.adapters.settings.mode import mode_override
from mcp_server.domain.decision import Policy
from mcp_server.domain.scopes.scope import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.adapters.host.repository import Repository
    from mcp_server.domain.assignment.roles import RoleSettings

CACHE = "policy"
CACHED_LINES = 12
BETWEEN = "\0"
"""Between the parts of a list on one line: neither a pattern nor a folder can contain it."""


def policy_of(repository: Repository) -> Policy:
    """What the hooks need of the settings; refuses (ValueError) a settings file that cannot be understood."""
    override = mode_override(repository.state)
    current = stamp(repository.settings)
    if current is None:
        return Policy(override or "enforce", "allow", parse(()))
    cache = text_of(os.path.join(repository.state, CACHE)).split("\n")
    if cache[0] != current or len(cache) != CACHED_LINES:
        cache = _parse_anew(repository, current)
    mode, unclaimed, bash, hold_builds, retry_seconds, approve, plan_first, *lists = cache[1:]
    budget, roles, writable, patterns = lists
    task, agent, day, warn = budget.split()
    return Policy(
        override or mode,
        unclaimed,
        parse(_listed(patterns)),
        bash=bash,
        hold_builds=hold_builds,
        retry_seconds=float(retry_seconds),
        writable=_listed(writable),
        approve_own_tools=approve == "True",
        plan_first=plan_first == "True",
        budget=(int(task), int(agent), int(day), float(warn)),
        roles=_roles(roles) if roles else (),
    )


def _parse_anew(repository: Repository, current: str) -> list[str]:
    from mcp_server.adapters.settings.settings_file import read_settings  # rarely needed, and slow to import

    said = read_settings(repository.settings)
    lines = [
        current,
        said.mode,
        said.unclaimed,
        said.bash,
        said.hold_builds,
        str(said.retry_seconds),
        str(said.approve_own_tools),
        str(said.teams.plan_first),
        " ".join(map(str, said.budget)),
        BETWEEN.join(f"{role.name} {','.join(role.tools)} {','.join(role.deny)}" for role in said.roles),
        BETWEEN.join(said.writable),
        BETWEEN.join(said.open),
    ]
    _keep(os.path.join(repository.state, CACHE), "\n".join(lines))
    return lines


def _roles(text: str) -> tuple[RoleSettings, ...]:
    from mcp_server.domain.assignment.roles import RoleSettings  # few repositories have roles of their own

    lines = (line.split(" ") for line in text.split(BETWEEN))
    return tuple(RoleSettings(name, _names(tools), _names(deny)) for name, tools, deny in lines)


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


def _listed(text: str) -> list[str]:
    return text.split(BETWEEN) if text else []


def _keep(file: str, text: str) -> None:
    """Replace the cache; a disk that takes no writes only makes the next hook slower."""
    from mcp_server.adapters.host.atomic_write import replace

    try:  # noqa: SIM105  `contextlib` costs a hook its time
        replace(file, text.encode())
    except OSError:
        pass
