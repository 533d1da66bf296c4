"""The briefing of an agent that starts: its name, who holds what, which tasks are ready, and how to work here."""

from __future__ import annotations

from mcp_server.domain.agent import Agent
from mcp_server.domain.lease import Lease
from mcp_server.domain.task import Task
from mcp_server.domain.text import clip, count, stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from mcp_server.domain.assignment.limits import Limit
    from mcp_server.ports import Books

LONGEST = 1_050
SHOWN = 8
GUARD = {
    "enforce": "Edits outside your scope, or inside another agent's, are blocked; the refusal says what to do.",
    "warn": "The guard only warns you of edits outside your scope, or inside another agent's: leave them all the same.",
    "off": "The guard is switched off, so edits are not checked: stay in your scope all the same.",
}
"""What an agent is told about its edits, by the mode that is in force."""
HOW = (
    " claim_task gives you a task and its scope, scope_check shows what you may write, update_task finishes or "
    "releases it (tools: mcp__plugin_interlock_interlock__…)."
)


def briefing(books: Books, agent: Agent) -> str:
    """The state of the work for this agent, most important first, and how to work; at most 1,050 characters.

    With the instructions of the server that is less than 1,500.
    """
    own = books.leases.held_by(agent.id)
    parent = books.leases.held_by(agent.parent) if agent.parent is not None else []
    others = books.leases.of_others(agent.family, SHOWN)
    limits = _limits(books, agent)
    parts = [
        f'You are "{agent.name}" in Interlock, which coordinates the agents in this repository.',
        *_mirror(books),
        *_own(own, parent if all(limit.edits for limit in limits) else [], agent),
        *_role(limits),
        *_others(*others),
        *_ready(books.tasks.ready(SHOWN)),
        *_unread(len(books.shared.inbox(agent.id, unread_only=True, limit=100))),
    ]
    how = "\n" + GUARD.get(books.guard.policy().mode, GUARD["enforce"]) + HOW
    return clip("\n".join(parts), LONGEST - len(how)) + how


def _own(own: list[Lease], parent: list[Lease], agent: Agent) -> list[str]:
    claims = [f"{lease.task} ({clip(lease.title, 50)}): {_patterns(lease)}" for lease in own if lease.resource is None]
    if claims:
        return ["You hold " + clip("; ".join(claims), 400) + ". Continue it, or call update_task(status=…)."]
    if agent.parent is not None and parent:
        scope = clip("; ".join(f"{lease.subject}: {_patterns(lease)}" for lease in parent), 300)
        return [f"You work in the scope of the agent that started you: {scope}. claim_task gives you one of your own."]
    return ["You hold no task."]


def _mirror(books: Books) -> list[str]:
    """How old what is known of other machines is, if that matters."""
    notice = books.mirror.notice(books.now) if books.mirror is not None else None
    return [] if notice is None else [notice]


def _limits(books: Books, agent: Agent) -> Sequence[Limit]:
    """What keeps it to some tools, whatever task it claims."""
    return () if agent.type is None and agent.parent is None else books.guard.limits_on_claims(agent.id)


def _role(limits: Sequence[Limit]) -> list[str]:
    if not limits:
        return []
    said = limits[0].words
    return [f"{said[:1].upper()}{said[1:]}. claim_task gives you a task for that."]


def _others(leases: list[Lease], number: int) -> list[str]:
    if not leases:
        return ["Nobody else holds anything."]
    lines = [
        f"- {'waits for review' if lease.is_review else lease.holder_name}: {lease.subject} {_patterns(lease)}, since "
        f"{stamp(lease.granted_at)}"
        for lease in leases
    ]
    more = [f"- and {number - len(leases)} more: see board"] if number > len(leases) else []
    return ["Held by others:", *(clip(line, 110) for line in lines), *more]


def _ready(tasks: list[Task]) -> list[str]:
    if not tasks:
        return []
    return ["Ready: " + clip("; ".join(f"{task.id} {clip(task.title, 40)}" for task in tasks), 250)]


def _unread(number: int) -> list[str]:
    return [f"{count(number, 'unread message')}: read_messages."] if number else []


def _patterns(lease: Lease) -> str:
    return clip(", ".join(lease.scope) or ("(a resource)" if lease.resource else "(reading only)"), 70)
