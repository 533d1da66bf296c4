"""An agent's own paths as arguments of a command, for a refusal that names the form to use instead."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.domain.decision import AgentRights

MOST = 6
PLACEHOLDER = "PATHS"


def as_pathspecs(rights: AgentRights) -> str:
    """The agent's scope for git; without a claim, a placeholder."""
    return " ".join(map(_pathspec, _patterns(rights))) or PLACEHOLDER


def as_arguments(rights: AgentRights) -> str:
    """The agent's scope for any program, relative to the worktree's root; without a claim, a placeholder."""
    plain = [pattern.removesuffix("/**") for pattern in _patterns(rights) if not pattern.startswith("!")]
    return " ".join(f"'{name}'" if any(sign in name for sign in " *?[{") else name for name in plain) or PLACEHOLDER


def _patterns(rights: AgentRights) -> list[str]:
    patterns = [pattern for lease in rights.leases for pattern in lease.patterns]
    return [] if len(patterns) > MOST else patterns


def _pathspec(pattern: str) -> str:
    if pattern.startswith("!"):
        return f"':(exclude,glob,top){pattern[1:]}'"
    plain = pattern.removesuffix("/**")
    if not any(character in plain for character in "*?[{'\\"):
        return f"':/{plain}'" if " " in plain else f":/{plain}"
    return f"':(glob,top){pattern}'"
