"""Before a tool call: may it write what it would write, and who is calling Interlock's own tools?

Standard library only, and on the hot path: in a repository that does not use Interlock nothing is loaded but what finds
that out.
"""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from hooks.event import failure, io  # noqa: E402  the plugin's folder has to be on the path first
from hooks.event.event import Event  # noqa: E402
from hooks.event.targets import is_own, reads, targets  # noqa: E402
from mcp_server.adapters.host.repository import real, used_at  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from mcp_server.adapters.host.repository import Repository
    from mcp_server.domain.decision import AgentRights, Decision
    from mcp_server.hook_app import HookStore


STARTING = ("Agent", "Task", "Workflow")
"""The tools that start agents."""


def answer(given: bytes, environment: Mapping[str, str], started_in: str) -> str:
    """A refusal, a warning, or nothing at all; never a permission."""
    event = Event({}, environment, started_in)
    try:
        with failure.deadline(failure.SECONDS):
            event = io.parse(given, environment, started_in)
            return respond(event)
    except BaseException as error:  # noqa: BLE001  the one place where a broken guard is turned into an answer
        return failure.refusal(event, error)


def respond(event: Event) -> str:
    """The answer to one event, empty when there is nothing to say."""
    tool = event.tool
    if is_own(tool):
        from hooks.event import announce

        return announce.announce(event, tool)
    if tool == "Bash":
        return _before_bash(event)
    paths, commands = targets(event)
    found = [each for path in paths for each in _located(event, path)]
    inside = [(repository, path, spelled) for repository, path, spelled in found if repository is not None]
    refusal = _guard(event, inside) if inside else _refused_tool(event, tool, is_command=bool(commands))
    for command, directory in commands:
        refusal = refusal or _before_bash(event.of_command(command, directory))
    return refusal or (_before_agents(event, tool) if tool in STARTING else "")


def _before_bash(event: Event) -> str:
    """The repository is that in which the command starts; one that starts elsewhere may still write in the project."""
    repository = used_at(event.directory, event.project)
    if repository is None and event.project:
        repository = used_at(os.path.realpath(event.project), event.project)
    if repository is None:
        return ""
    from hooks.bash import before

    return before.answer(event, repository)


def _before_agents(event: Event, tool: str) -> str:
    repository = used_at(event.directory, event.project)
    if repository is None:
        return ""
    if tool == "Workflow":
        from hooks.starting import workflow_call

        return workflow_call.answer(event, repository)
    from hooks.starting import agent_call

    return agent_call.answer(event, repository)


def _located(event: Event, path: str) -> list[tuple[Repository | None, str, str]]:
    """The path, and all others that lead to the same file, each with its repository if that is in use.

    The last part is how the call spells it, empty for another name.
    """
    found = real(event.at_home(path), event.cwd)
    spelled = os.path.normpath(os.path.join(event.cwd, event.at_home(path)))
    repository = used_at(found, event.project)
    around = (repository, used_at(event.directory, event.project))
    roots = dict.fromkeys(each.root for each in around if each is not None)
    if not roots:
        return [(None, found, spelled)]
    from mcp_server.adapters.host.other_names import other_names

    others = [(used_at(other, event.project), other, "") for other in other_names(found, roots)]
    return [(repository, found, spelled), *others]


def _guard(event: Event, inside: list[tuple[Repository, str, str]]) -> str:
    """The refusal of one of the paths; under another name than the call's own, only of what others hold."""
    from mcp_server.adapters.settings.mode import mode_override
    from mcp_server.hook_app import HookStore

    warning = ""
    begun = []
    for repository, found, spelled in inside:
        path, store, has_claim = repository.relative(found), None, False
        if mode_override(repository.state) != "off":
            store = HookStore(repository)
            decision, has_claim = _decide(event, store, path)
            if not decision.allowed and (spelled or decision.rule != "outside"):
                if store.guard.policy().mode != "warn":
                    return io.deny(decision.reason)
                warning = warning or io.warn(decision.reason)
        if spelled:
            begun.append((repository, store, path, spelled, has_claim))
    from hooks.event import edits

    for repository, store, path, spelled, has_claim in begun:
        edits.begin(event, repository, store, path, spelled, has_claim=has_claim)
    return warning


def _refused_tool(event: Event, tool: str, *, is_command: bool) -> str:
    """The refusal of a tool that writes no file here: the agent's role does not have it, or a budget is used up.

    What it runs as a command is judged by itself.
    """
    repository = used_at(event.directory, event.project)
    if repository is None:
        return ""
    from mcp_server.adapters.settings.mode import mode_override
    from mcp_server.hook_app import HookStore

    if mode_override(repository.state) == "off":
        return ""
    store = HookStore(repository)
    rights = store.guard.rights(event.key, event.parent_key, event.started_as)
    refusal = _beyond_role(event, store, rights, reads_here=is_command)
    mode = store.guard.policy().mode
    if refusal is None and rights.overspent is not None and not is_command and not reads(tool):
        refusal = ("budget", rights.overspent.refusal(tool, "run"))
    if refusal is None or mode == "off":
        return ""
    rule, reason = refusal
    store.try_to_write(lambda: store.guard.refused(next(iter(rights.family), None), tool, rule))
    return io.warn(reason) if mode == "warn" else io.deny(reason)


def _beyond_role(
    event: Event, store: HookStore, rights: AgentRights, *, reads_here: bool = False
) -> tuple[str, str] | None:
    """The rule and the reason if the agent's role has not the tool that is called, or an agent would have more."""
    if not rights.limits:
        return None
    from mcp_server.core.guard.roles import judge_tool

    only_reads = reads_here or (event.tool.startswith("mcp__") and reads(event.tool))
    kind = event.argument("subagent_type") or None
    held = event.subagent is None
    refused = judge_tool(store.guard, rights, event.tool, reads=only_reads, kind=kind, held=held)
    return None if refused is None else (refused.rule, refused.reason)


def _decide(event: Event, store: HookStore, path: str) -> tuple[Decision, bool]:
    """The decision, and whether the agent has a claim."""
    from mcp_server.core.guard.paths import judge, record
    from mcp_server.hook_app import worktree_context

    if event.teammate is not None:
        from hooks.event import unseen

        unseen.meet(event, store)
    with store.reading():
        rights = store.guard.rights(event.key, event.parent_key, event.started_as)
        [decision] = judge(store.guard, rights, [path], worktree_context(store.repository, event.cwd))
        beyond = _beyond_role(event, store, rights) if decision.allowed else None
        if beyond is not None:
            decision = type(decision)(path, allowed=False, rule=beyond[0], reason=beyond[1])
    if not decision.allowed:
        store.try_to_write(lambda: record(store.guard, rights, [decision]))  # the decision is valid without it
    return decision, bool(rights.claims())


if __name__ == "__main__":
    io.run(answer)
