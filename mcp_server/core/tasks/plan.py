"""Plans tasks: all of a plan or nothing. Overlapping scopes are found before work starts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mcp_server.core.leases.lock import resource_name
from mcp_server.core.leases.obstacles import parsed, parsed_input
from mcp_server.core.tasks.merged import record_merged
from mcp_server.core.tasks.overlaps import Overlap, overlaps
from mcp_server.core.usage.allowance import checked_tokens
from mcp_server.core.workplace import Workplace
from mcp_server.domain import accepted_text
from mcp_server.domain.assignment.roles import BUILT_IN
from mcp_server.domain.dependencies import cycle
from mcp_server.domain.errors import Misuse, shown
from mcp_server.domain.scopes.overlap import Undecided
from mcp_server.domain.scopes.scope import anchors_of
from mcp_server.domain.settings import Settings
from mcp_server.domain.task import Draft
from mcp_server.domain.text import count
from mcp_server.ports import Books
from mcp_server.task_list.document import Document

MOST_TASKS = 10_000
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
    budget: int | None = None
    role: str | None = None
    capabilities: Sequence[str] = ()


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
    accepted = checked(proposals, place.settings())
    record_merged(place)
    planned: Planned | None = None
    try:
        with place.store.writing() as books:
            planned = plan_in(books, agent_id, accepted)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    assert planned is not None  # noqa: S101  for the type checker: set before anything is raised
    return planned


def checked(proposals: Sequence[Proposal], settings: Settings) -> list[Proposal]:
    """The tasks as they will be planned; refuses (Misuse) invalid input."""
    roles = (*BUILT_IN, *(role.name for role in settings.roles))
    return [_checked(proposal, number, roles) for number, proposal in enumerate(proposals, start=1)]


def plan_in(books: Books, agent_id: int, proposals: Sequence[Proposal], *, looks_for_overlaps: bool = True) -> Planned:
    """Add tasks that have been checked, inside one transaction."""
    drafts = _drafts(books, proposals)
    _check_dependencies(books, drafts)
    books.tasks.add(drafts)
    for draft, proposal in zip(drafts, proposals, strict=True):
        if proposal.budget is not None:
            books.budgets.allow("task", draft.id, proposal.budget)
    created = tuple(draft.id for draft in drafts)
    books.events.add("planned", created[0], agent=agent_id, detail=count(len(created), "task"))
    tasks = (books.tasks.get(task_id) for task_id in created)
    ready = tuple(task.id for task in tasks if task is not None and task.ready)
    overlaps, complete = _overlaps(books, drafts) if looks_for_overlaps else ((), True)
    return Planned(created, ready, overlaps, complete)


def _checked(proposal: Proposal, number: int, roles: Sequence[str]) -> Proposal:
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
            budget=None if proposal.budget is None else checked_tokens(proposal.budget),
            role=_checked_role(proposal.role, roles),
            capabilities=tuple(dict.fromkeys(accepted_text.word("capability", name) for name in proposal.capabilities)),
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


def _checked_role(role: str | None, roles: Sequence[str]) -> str | None:
    if role is None or role in roles:
        return role
    raise Misuse(f"there is no role {shown(role)}: there are {', '.join(roles)}")


def _drafts(books: Books, proposals: Sequence[Proposal]) -> list[Draft]:
    given = [proposal.id for proposal in proposals if proposal.id is not None]
    twice = {task_id for task_id in given if given.count(task_id) > 1} if len(set(given)) < len(given) else set()
    taken = books.tasks.known(given)
    for task_id in sorted(twice | taken):
        where = "occurs twice in the plan" if task_id in twice else "belongs to an existing task"
        raise Misuse(f"the id {shown(task_id)} {where}; nothing was planned")
    reserved = {*given, *_shown_in_the_list(books, proposals)}
    return [_draft(proposal, proposal.id or _fresh_id(books, reserved)) for proposal in proposals]


def _shown_in_the_list(books: Books, proposals: Sequence[Proposal]) -> set[str]:
    """The ids of Interlock's own form that the task list shows, those of no task as well."""
    if all(proposal.id is not None for proposal in proposals):
        return set()
    latest = next(iter(books.task_list.versions()), None)
    return set() if latest is None else {f"T{number}" for number in Document(latest.text).visible_numbers}


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
        role=proposal.role,
        capabilities=tuple(proposal.capabilities),
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
    try:
        return overlaps(books, {draft.id: draft.anchors for draft in drafts})
    except Undecided as error:
        raise Misuse(f"{error}; nothing was planned") from None
