"""A teammate's plan: it hands it in, and its lead or a person approves or rejects it. Until then it writes nothing."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.core.agents.command_line import refuse_agent
from mcp_server.core.leases.obstacles import existing
from mcp_server.core.workplace import Workplace
from mcp_server.domain import accepted_text
from mcp_server.domain.agent import PERSON, Agent
from mcp_server.domain.assignment.teammate import Teammate
from mcp_server.domain.errors import InterlockError, Misuse
from mcp_server.domain.lease import Lease
from mcp_server.domain.task import Task
from mcp_server.domain.text import clip
from mcp_server.ports import Books


class NotAskedFor(InterlockError):
    """An agent handed in a plan that nobody waits for; nothing was changed."""

    exit_code = 1


class Decided(NamedTuple):
    """A plan was decided on: whose, for which task."""

    task: Task
    teammate: Teammate
    approved: bool
    reason: str | None = None


def hand_in(books: Books, agent: Agent, task: Task, lease: Lease | None, plan: str | None) -> None:
    """The agent's plan for a task that it holds waits for approval; its lead is told. Refuses one without a text."""
    if lease is None or lease.holder != agent.id:
        raise Misuse(f"you do not hold {task.id}, so it needs no plan of yours. Nothing was changed")
    mate = books.teams.of(agent.id)
    if mate is None or not mate.gated:
        raise NotAskedFor(f"nobody asked {agent.name} for a plan: work on {task.id}. Nothing was changed")
    if not mate.waits:
        raise NotAskedFor(f"your plan for {task.id} was approved already: work on it. Nothing was changed")
    if plan is None:
        raise Misuse("the plan is missing: give it as note. Nothing was changed")
    books.teams.hand_in(agent.id, task.id, plan)
    books.events.add("plan", task.id, agent=agent.id, detail=clip(plan, 500))
    how = (
        f"\n\nDecide in Bash: `interlock approve {task.id}`, or `interlock reject {task.id} -m WHY`. Until then "
        f"{agent.name} writes nothing."
    )
    subject = f"urgent: {agent.name} waits for you to approve its plan for {task.id}"
    books.shared.send(agent.id, mate.lead_name, [mate.lead], subject, plan + how)


def waiting(place: Workplace, task_id: str) -> Teammate | None:
    """The teammate whose plan for this task waits for approval, or None; refuses an unknown task."""
    with place.store.reading() as books:
        return books.teams.plan_for(existing(books, task_id).id)


def decide(
    place: Workplace, agent_id: int, task_id: str, *, approved: bool, line: str, reason: str | None = None
) -> Decided:
    """Approve or reject the plan that waits for this task. Refuses whoever is neither the lead nor a person."""
    kept = accepted_text.paragraph("reason", reason) if reason is not None else None
    mate = waiting(place, task_id)
    with place.store.reading() as books:
        agent = books.agents.get(agent_id)
    if mate is None or not _may_decide(agent, mate):
        refuse_agent(place, agent, line)
    with place.store.writing() as books:
        task = existing(books, task_id)
        found = books.teams.plan_for(task.id)
        if found is None:
            raise InterlockError(f"the plan for {task.id} was decided on meanwhile; nothing was changed")
        books.teams.decide(found.agent, approved=approved)
        books.tasks.note(
            task.seq, found.agent, f"(plan, {'approved' if approved else 'rejected'} by {agent.name}) {found.plan}"
        )
        books.events.add("plan_approved" if approved else "plan_rejected", task.id, agent=agent.id, detail=kept)
        _notify(books, agent, found, task, approved=approved, reason=kept)
        return Decided(task, found, approved, kept)


def _may_decide(agent: Agent, mate: Teammate) -> bool:
    return agent.kind == PERSON or agent.id == mate.lead


def _notify(books: Books, agent: Agent, mate: Teammate, task: Task, *, approved: bool, reason: str | None) -> None:
    if approved:
        subject = f"your plan for {task.id} was approved by {agent.name}"
        body = reason or "You may write in your scope now."
    else:
        subject = f"your plan for {task.id} was rejected by {agent.name}: {clip(reason or '', 300)}"
        body = f'{reason}\nHand in another one: update_task(task_id="{task.id}", status="plan", note=…).'
    books.shared.send(agent.id, mate.name, [mate.agent], subject, body)
