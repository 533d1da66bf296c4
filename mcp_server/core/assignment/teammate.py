"""May a lead start this teammate? Only with a task of its own, which is claimed for it before it starts.

So no two teammates are started whose scopes overlap, and none whose scope overlaps what anybody else holds: a claim
proves it, in its transaction. A teammate that only reads needs no task.
"""

from __future__ import annotations

import re

from mcp_server.core.agents.register import Caller, leave, recognise
from mcp_server.core.assignment.route import task_of
from mcp_server.core.leases.expire import end, offer_expired
from mcp_server.core.leases.obstacles import lease_of, parsed_input, scope_availability
from mcp_server.core.tasks.claim import Claimed, claim_task
from mcp_server.core.tasks.plan import Proposal, plan_tasks
from mcp_server.domain.errors import InterlockError
from mcp_server.domain.scopes.scope import anchors_of
from mcp_server.domain.text import clip
from mcp_server.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from mcp_server.core.workplace import Workplace
    from mcp_server.domain.agent import Agent
    from mcp_server.domain.task import Task
    from mcp_server.ports import Books

LONGEST = 600
FREE_SHOWN = 6
BEGINS_WITHIN = 60.0
"""Seconds in which a teammate that was started is seen; after that its lead may give the task to another one."""
_SCOPE = re.compile(r"^\W*(?:your )?scope\W*:\s*(.+)$", re.IGNORECASE | re.MULTILINE)


class Asked(NamedTuple):
    """A teammate that is to be started by the agent with the key `lead`, which has this `session`.

    `plans_first`: the call itself asks for a plan.
    """

    lead: int
    session: str
    called: str
    description: str
    prompt: str
    plans_first: bool = False


class Reserved(NamedTuple):
    """The teammate's name, and the task that it holds from now on.

    `gated`: it may not write before its plan is approved. Not `held`: it has to claim the task itself.
    """

    name: str
    task: Task
    gated: bool
    held: bool = True

    @property
    def words(self) -> str:
        """What the teammate is told in its prompt."""
        task = self.task
        scope = clip(", ".join(task.scope), 500) or "nothing (it is for reading)"
        plan = (
            f' Before you write anything, hand in your plan: update_task(task_id="{task.id}", status="plan", '
            'note="what you will change, where, and how it is tested"), and end your turn.'
            if self.gated
            else ""
        )
        if not self.held:
            return (
                f'Interlock: you are {self.name}. Before anything else call claim_task("{task.id}"): "'
                f'{clip(task.title, 200)}", for {scope}. Where that is refused, end your turn and say so.{plan}'
            )
        return (
            f'Interlock: you are {self.name} and hold {task.id}, "{clip(task.title, 200)}". You may write {scope}. '
            f'claim_task("{task.id}") shows its notes; update_task ends it.{plan}'
        )


def reserve(place: Workplace, asked: Asked) -> Reserved | str:
    """Claim the task that the prompt names for the teammate, or plan one for the scope that it names; or why not.

    Killed half-way, the claim is one that nobody uses: it expires, or the lead gives the task to another teammate.
    """
    with place.store.writing() as books:
        lead = books.agents.get(asked.lead)
        task = task_of(books, asked.description, asked.prompt)
        if task is not None:
            _free(books, lead, task)
        is_shared = books.agents.host is not None
    if is_shared:
        return _asked_to_claim(place, asked, task)
    patterns = _scope_in(asked.prompt) if task is None else ()
    if task is None and not patterns:
        return _refusal(place, asked, "its prompt names no task, and no scope")
    planned = task.id if task is not None else _planned(place, asked, patterns)
    if isinstance(planned, NoScope):
        return _refusal(place, asked, planned.words)
    agent, gated = _expect(place, asked)
    outcome = claim_task(place, agent.id, planned)
    if isinstance(outcome, Claimed):
        return Reserved(agent.name, outcome.task, gated)
    with place.store.writing() as books:
        leave(books, _key(asked), "not started")
    return _refusal(place, asked, outcome.advice)


def _asked_to_claim(place: Workplace, asked: Asked, task: Task | None) -> Reserved | str:
    """Where several machines share tasks only the database grants them, and no hook asks it: the teammate does."""
    if task is None:
        return _refusal(place, asked, "its prompt names no task, and tasks are shared with other machines")
    with place.store.reading() as books:
        way = scope_availability(books, (asked.lead,), task.scope, task.anchors)
    if way.obstacle is not None:
        held, example = way.obstacle.lease, way.obstacle.example
        why = f"the scope of {task.id} overlaps {held.subject}, which {held.holder_name} holds ({example})"
        return _refusal(place, asked, why)
    if not task.ready:
        return _refusal(place, asked, f"{task.id} is {'waiting' if task.waiting else task.status}")
    agent, gated = _expect(place, asked)
    return Reserved(agent.name, task, gated, held=False)


def _expect(place: Workplace, asked: Asked) -> tuple[Agent, bool]:
    """The teammate, which its lead is about to start, and whether its plan has to be approved."""
    gated = asked.plans_first or place.settings().teams.plan_first
    with place.store.writing() as books:
        lead = books.agents.get(asked.lead)
        agent = recognise(books, _expected(books, lead, asked))
        books.teams.expect(agent.id, lead.id, gated=gated)
        books.agents.is_idle(agent.id)
    return agent, gated


def names_work(place: Workplace, asked: Asked) -> bool:
    """Whether the prompt names a task or a scope."""
    with place.store.reading() as books:
        return task_of(books, asked.description, asked.prompt) is not None or bool(_scope_in(asked.prompt))


def not_started(books: Books, lead: int, called: str) -> None:
    """The client did not start the teammate after all: what was claimed for it is free again."""
    for mate in books.teams.led_by(lead):
        if mate.expected_at is not None and mate.name.endswith(f"/{called}"):
            end(books, books.agents.get(mate.agent), "not started")
            offer_expired(books)


class NoScope(NamedTuple):
    """Why the scope that the prompt names can't be the teammate's."""

    words: str


def _free(books: Books, lead: Agent, task: Task) -> None:
    """Take the task back from another teammate of this lead that never began."""
    lease = lease_of(books, task)
    mate = books.teams.of(lease.holder) if lease is not None else None
    if mate is None or mate.lead != lead.id or mate.expected_at is None:
        return
    if books.now - mate.expected_at > BEGINS_WITHIN:
        end(books, books.agents.get(mate.agent), "not started")


def _planned(place: Workplace, asked: Asked, patterns: Sequence[str]) -> str | NoScope:
    """A new task for the scope that the prompt names, if that is free."""
    try:
        scope = parsed_input(patterns)
    except InterlockError as error:
        return NoScope(str(error))
    with place.store.reading() as books:
        way = scope_availability(books, (asked.lead,), scope.patterns, anchors_of(scope))
        if way.obstacle is not None:
            held, example = way.obstacle.lease, way.obstacle.example
            return NoScope(f"its scope overlaps {held.subject}, which {held.holder_name} holds ({example})")
    title = clip(" ".join((asked.description or asked.prompt).split()), 100) or asked.called
    return plan_tasks(place, asked.lead, [Proposal(title, scope.patterns)]).created[0]


def _scope_in(prompt: str) -> list[str]:
    """The patterns of a line such as `scope: src/api/**, docs`."""
    found = _SCOPE.search(prompt)
    words = re.split(r"[,\s]+", found[1].strip().strip("`.")) if found is not None else []
    return [word.strip("`'\"") for word in words if word.strip("`'\".")]


def _expected(books: Books, lead: Agent, asked: Asked) -> Caller:
    """The teammate as its lead will start it, in the lead's own process or not: the name is the same."""
    return Caller(
        session=asked.session,
        subagent=f"expected-{asked.called}",
        teammate=asked.called,
        worktree=books.agents.get(lead.id).worktree,
        is_expected=True,
    )


def _key(asked: Asked) -> str:
    return f"{asked.session}/expected-{asked.called}"


def _refusal(place: Workplace, asked: Asked, why: str) -> str:
    with place.store.writing() as books:
        ready = [task for task in books.tasks.ready(FREE_SHOWN + 1) if not task.unscoped]
        books.events.add("refused", asked.called, agent=asked.lead, detail="teammate")
    free = "; ".join(f"{task.id} {clip(task.title, 40)}" for task in ready[:FREE_SHOWN])
    names = f"Free: {free}. Name one in its prompt" if free else "No task is free: plan one with plan_tasks"
    return clip(
        f"{clip(asked.called, 60)} was not started: {clip(why.rstrip('.'), 250)}. {names}, or write `scope: PATTERNS` "
        "on a line of its own in the prompt. A teammate that only reads needs no task: start it with subagent_type "
        "Explore or interlock:reader.",
        LONGEST,
    )
