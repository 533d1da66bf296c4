"""Plans tasks: all of a plan or nothing. Overlapping scopes are found before work starts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mcp_server.core.leases.lock import resource_name
from mcp_server.core.leases.obstacles import parsed, parsed_input
from mcp_server.core.tasks.merged import record_merged
from mcp_server.core.workplace import Workplace
from mcp_server.domain import accepted_text
from mcp_server.domain.dependencies import Order, cycle
from mcp_server.domain.errors import Misuse, shown
from mcp_server.domain.scopes.overlap import Undecided, overlap
from mcp_server.domain.scopes.scope import ancestors, anchors_of
from mcp_server.domain.task import Draft
from mcp_server.ports import Books

MOST_TASKS = 10_000
MOST_OVERLAPS = 100
MOST_COMPARISONS = 200_000
"""The most pairs of neighbouring scopes to compare; a plan with more has shown many overlaps by then."""
HIGHEST_PRIORITY = 1_000


class Proposal(NamedTuple):
    """A task as its planner gives it."""

    title: str
    scope: Sequence[str]
    id: str | None = None
    depends_on: Sequence[str] = ()
    done_when: str | None = None
    priority: int = 0
    tier: str | None = None
    resources: Sequence[str] = ()


class Overlap(NamedTuple):
    """Two tasks that may run at the same time and cover the same path."""

    tasks: tuple[str, str]
    example: str


class Planned(NamedTuple):
    """The result of a plan. `complete` is False when there may be more overlaps."""

    created: tuple[str, ...]
    ready: tuple[str, ...]
    overlaps: tuple[Overlap, ...]
    complete: bool = True


class _DryRun(Exception):
    """Rolls a dry run back."""


def plan_tasks(place: Workplace, agent_id: int, proposals: Sequence[Proposal], *, dry_run: bool = False) -> Planned:
    """Add the tasks, all or none; refuses invalid input, existing ids, unknown dependencies and circles."""
    if not proposals:
        raise Misuse("the plan is empty: give at least one task")
    if len(proposals) > MOST_TASKS:
        raise Misuse(f"the plan has {len(proposals):,} tasks; at most {MOST_TASKS:,} are possible at once")
    checked = [_checked(proposal, number) for number, proposal in enumerate(proposals, start=1)]
    record_merged(place)
    planned: Planned | None = None
    try:
        with place.store.writing() as books:
            planned = _plan(books, agent_id, checked)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    assert planned is not None  # noqa: S101  for the type checker: set before anything is raised
    return planned


def _plan(books: Books, agent_id: int, proposals: Sequence[Proposal]) -> Planned:
    drafts = _drafts(books, proposals)
    _check_dependencies(books, drafts)
    books.tasks.add(drafts)
    created = tuple(draft.id for draft in drafts)
    books.events.add("planned", created[0], agent=agent_id, detail=f"{len(created)} task(s)")
    tasks = (books.tasks.get(task_id) for task_id in created)
    ready = tuple(task.id for task in tasks if task is not None and task.ready)
    overlaps, complete = _overlaps(books, drafts)
    return Planned(created, ready, overlaps, complete)


def _checked(proposal: Proposal, number: int) -> Proposal:
    who = f"task {number}"
    try:
        return proposal._replace(
            title=accepted_text.line("title", proposal.title),
            scope=parsed_input(proposal.scope).patterns,
            id=_checked_id(proposal.id),
            depends_on=tuple(dict.fromkeys(accepted_text.line("depends_on", needed) for needed in proposal.depends_on)),
            done_when=accepted_text.paragraph("done_when", proposal.done_when) if proposal.done_when else None,
            priority=_checked_priority(proposal.priority),
            resources=tuple(dict.fromkeys(resource_name(name) for name in proposal.resources)),
        )
    except Misuse as error:
        raise Misuse(f"{who} ({shown(proposal.title)}): {error}; nothing was planned") from None


def _checked_id(task_id: str | None) -> str | None:
    if task_id is None:
        return None
    name = accepted_text.line("id", task_id, accepted_text.NAME)
    if name.startswith("-"):
        raise Misuse(f"the id {shown(name)} begins with `-`, and commands would take it for an option")
    if any(character.isspace() for character in name) or name == "all":
        raise Misuse(f"the id {shown(name)} must be one word, and not `all`")
    if "*" in name or "<!--" in name or name.endswith(":") or not name.isprintable():
        raise Misuse(
            f"the id {shown(name)} would be ambiguous in the task list: it must not contain * or <!--, or end with :"
        )
    return name


def _checked_priority(priority: int) -> int:
    if abs(priority) > HIGHEST_PRIORITY:
        raise Misuse(f"priority {priority} is out of range: -{HIGHEST_PRIORITY} to {HIGHEST_PRIORITY}")
    return priority


def _drafts(books: Books, proposals: Sequence[Proposal]) -> list[Draft]:
    given = [proposal.id for proposal in proposals if proposal.id is not None]
    twice = {task_id for task_id in given if given.count(task_id) > 1} if len(set(given)) < len(given) else set()
    taken = books.tasks.known(given)
    for task_id in sorted(twice | taken):
        where = "occurs twice in the plan" if task_id in twice else "belongs to an existing task"
        raise Misuse(f"the id {shown(task_id)} {where}; nothing was planned")
    reserved = set(given)
    return [_draft(proposal, proposal.id or _fresh_id(books, reserved)) for proposal in proposals]


def _fresh_id(books: Books, reserved: set[str]) -> str:
    task_id = books.tasks.next_id()
    while task_id in reserved:
        task_id = books.tasks.next_id()
    return task_id


def _draft(proposal: Proposal, task_id: str) -> Draft:
    scope = parsed(tuple(proposal.scope))
    return Draft(
        task_id,
        proposal.title,
        scope.patterns,
        tuple(anchors_of(scope)),
        tuple(proposal.depends_on),
        tuple(proposal.resources),
        proposal.priority,
        proposal.tier,
        proposal.done_when,
    )


def _check_dependencies(books: Books, drafts: Sequence[Draft]) -> None:
    planned = {draft.id for draft in drafts}
    outside = {needed for draft in drafts for needed in draft.depends_on} - planned
    unknown = outside - books.tasks.known(outside)
    if unknown:
        needed = sorted(unknown)[0]
        who = next(draft.id for draft in drafts if needed in draft.depends_on)
        raise Misuse(f"{who} depends on {shown(needed)}, which is not a task; nothing was planned")
    circle = cycle({draft.id: draft.depends_on for draft in drafts})
    if circle:
        raise Misuse(f"these tasks wait for each other: {' → '.join(circle[:12])}; nothing was planned")


def _overlaps(books: Books, drafts: Sequence[Draft]) -> tuple[tuple[Overlap, ...], bool]:
    created = {draft.id for draft in drafts}
    tasks = books.tasks.around(anchor for draft in drafts for anchor, _ in draft.anchors)
    order = Order(books.tasks.depends_on)
    scopes_of = {task.task: task.scope for task in tasks}
    found: list[Overlap] = []
    pairs = _neighbours({task.task: task.anchors for task in tasks}, created)
    for compared, (one, other) in enumerate(pairs):
        if compared >= MOST_COMPARISONS or len(found) >= MOST_OVERLAPS:
            return tuple(found), False
        example = _common_path(scopes_of[one], scopes_of[other])
        if example is not None and not order.settles(one, other):
            found.append(Overlap((one, other), example))
    return tuple(found), True


def _common_path(one: tuple[str, ...], other: tuple[str, ...]) -> str | None:
    try:
        return overlap(parsed(one), parsed(other))
    except Undecided as error:
        raise Misuse(f"{error}; nothing was planned") from None


def _neighbours(anchors: dict[str, tuple[tuple[str, str], ...]], created: set[str]) -> Iterator[tuple[str, str]]:
    """The pairs of tasks, at least one of them new, whose scopes lie at, above or below each other; each pair once."""
    at: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for task, pairs in anchors.items():
        met: dict[str, None] = {}
        own = list(dict.fromkeys(anchor for anchor, _ in pairs))
        for anchor in own:
            for above in ancestors(anchor):
                met.update(dict.fromkeys(at.get(above, ())))
            met.update(dict.fromkeys(below.get(anchor, ())))
        yield from ((other, task) for other in met if task in created or other in created)
        for anchor in own:
            at.setdefault(anchor, []).append(task)
            for above in ancestors(anchor):
                below.setdefault(above, []).append(task)
