"""What needs a person now, and the command to type: nothing that agents settle among themselves."""

from __future__ import annotations

from collections.abc import Iterator

from mcp_server.core.agents.command_line import typed
from mcp_server.core.leases.obstacles import lease_of
from mcp_server.core.usage.watch import EVENTS
from mcp_server.domain.agent import Agent
from mcp_server.domain.conflict import Known
from mcp_server.domain.oversight.need import Need
from mcp_server.domain.presence import PROMPT, duration
from mcp_server.domain.settings import Settings
from mcp_server.domain.task import Task
from mcp_server.domain.text import clip, count
from mcp_server.domain.usage.budget import REACHED, Budget, Limits
from mcp_server.ports import Books

MOST = 100
"""Of each kind."""
LONGEST = 120
LATELY = 24 * 3600.0
"""Seconds: what happened longer ago is known, or forgotten."""


def needs(books: Books, settings: Settings) -> list[Need]:
    """Everything that waits for a person, the longest wait first."""
    found = [
        *_stopped(books),
        *_plans(books),
        *_runs(books),
        *_prompts(books),
        *_conflicts(books),
        *_builds(books, settings.notify.build_minutes * 60),
        *_lost(books),
        *_circles(books),
        *_budgets(books, Limits(*settings.budget)),
    ]
    return sorted(found, key=lambda need: need.since)


def _stopped(books: Books) -> Iterator[Need]:
    for task in books.tasks.stopped(MOST):
        since = books.tasks.changed_at(task.seq)
        title = clip(task.title, LONGEST)
        if task.status == "review":
            words = f"{task.id} waits for review: {title}"
            yield Need("review", task.id, words, typed("review", task.id), since, f"review {task.id} {since}")
        else:
            why = clip(task.needs or "no reason given", LONGEST)
            words = f"{task.id} is blocked: {why}"
            yield Need("blocked", task.id, words, typed("release", task.id), since, f"blocked {task.id} {since}")


def _plans(books: Books) -> Iterator[Need]:
    for mate in books.teams.plans(MOST):
        task, since = mate.task or "", mate.asked_at or 0.0
        words = f"{mate.name} waits for its plan for {task} to be approved: {clip(mate.plan or '', LONGEST)}"
        yield Need("plan", task, words, typed("review", task), since, f"plan {task} {since}")


def _runs(books: Books) -> Iterator[Need]:
    """Runs of workflows whose gate failed, or that have reached a limit."""
    for run in books.runs.open():
        if run.state == "blocked":
            words = f"the run {run.id} is blocked: {clip(run.why or 'no reason given', LONGEST)}"
            command = typed("workflow", "resume", run.id)
            yield Need("blocked", run.id, words, command, run.since, f"run {run.id} {run.since}")


def _prompts(books: Books) -> Iterator[Need]:
    for agent_id in books.attention.asking(MOST):
        doing = books.presence.of(agent_id)
        if doing.what != PROMPT:
            continue
        agent = books.agents.get(agent_id)
        words = f"{agent.name} waits for your answer at a permission prompt"
        yield Need("prompt", agent.name, words, _way_to(books, agent), doing.since, f"prompt {agent.id} {doing.since}")


def _way_to(books: Books, agent: Agent) -> str:
    """The command with which a person gets to an agent's session; the board where there is no such command."""
    launch = next((each for each in books.launches.all() if each.agent in agent.family), None)
    return (
        typed("attach", launch.task) if launch is not None and launch.way in ("tmux", "background") else typed("board")
    )


def _conflicts(books: Books) -> Iterator[Need]:
    """Those between branches on which nobody works any more: agents that do were notified, and settle theirs."""
    tasks = {one.branch: one.task for one in books.worktrees.all()} if books.worktrees.are_there() else {}
    found: dict[tuple[str, str], list[Known]] = {}
    for known in books.conflicts.all():
        if known.is_open:
            found.setdefault(known.pair, []).append(known)
    for (ours, theirs), conflicts in list(found.items())[:MOST]:
        task = tasks.get(ours)
        if task is None or any(_is_in_hand(books, tasks.get(branch)) for branch in (ours, theirs)):
            continue
        since = min(known.found_at for known in conflicts)
        paths = clip(", ".join(known.conflict.path for known in conflicts), LONGEST)
        words = f"{ours} and {theirs} conflict in {count(len(conflicts), 'file')}, and nobody works on them: {paths}"
        yield Need("conflict", task, words, typed("conflicts"), since, f"conflict {ours} {theirs} {since}")


def _is_in_hand(books: Books, task_id: str | None) -> bool:
    """Whether somebody works on this branch's task, so that the agent is the one to fix it."""
    task: Task | None = books.tasks.get(task_id) if task_id is not None else None
    lease = lease_of(books, task) if task is not None else None
    return lease is not None and not lease.is_review and lease.is_live(books.now)


def _builds(books: Books, seconds: float) -> Iterator[Need]:
    for broken in books.attention.broken_builds(books.now - seconds, MOST):
        words = (
            f"{broken.agent}'s `{clip(broken.command, 60)}` has failed for {duration(books.now - broken.since)} "
            f"because of {broken.path}, which is not its own"
        )
        cause = f"build {broken.agent} {broken.path} {broken.since}"
        yield Need("build", broken.agent, words, typed("board"), broken.since, cause)


def _circles(books: Books) -> Iterator[Need]:
    """Agents that were told to stop, and go on with the same claim."""
    events = [event for event in books.attention.notable(books.now - LATELY, MOST) if event.kind == "off_track"]
    for event in {event.subject: event for event in reversed(events)}.values():
        task = books.tasks.get(event.subject)
        lease = lease_of(books, task) if task is not None else None
        if lease is None or lease.holder_name != event.agent or lease.granted_at > event.at:
            continue
        words = f"{event.agent} goes in circles on {event.subject}: {clip(event.detail or '', LONGEST)}"
        cause = f"off_track {lease.token}"
        yield Need("off_track", event.subject, words, typed("restart", event.subject), event.at, cause)


def _budgets(books: Books, limits: Limits) -> Iterator[Need]:
    """Budgets that are nearly or all used up, unless what they are of is over."""
    if not books.usage.is_limited():
        return
    crossed = {(event.subject, event.kind): event.at for event in books.attention.notable(books.now - LATELY, MOST)}
    for budget in books.budgets.all():
        level = budget.level_at(limits)
        at = crossed.get((budget.name, EVENTS[level])) if level else None
        if at is None or not _is_current(books, budget):
            continue
        words = f"{budget.words(limits)} is {'used up' if level == REACHED else 'nearly used up'}"
        cause = f"budget {budget.kind} {budget.subject} {level} {budget.limit(limits)}"
        yield Need("budget", budget.name, words, budget.how_to_raise(), at, cause)


def _is_current(books: Books, budget: Budget) -> bool:
    if budget.kind == "task":
        task = books.tasks.get(budget.subject)
        return task is not None and task.status not in ("done", "dropped")
    return budget.kind != "day" or budget.subject == books.budgets.today()


def _lost(books: Books) -> Iterator[Need]:
    gone = set(books.presence.gone())
    for lost in books.attention.lost(gone, MOST):
        words = f"{lost.agent}'s process ended with {lost.task} in hand; the work is where it left it"
        yield Need("lost", lost.task, words, typed("restart", lost.task), lost.since, f"lost {lost.agent} {lost.token}")
