"""Takes Interlock out of a repository: what goes, what stays, and who is still working there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mcp_server.core.agents.command_line import announce
from mcp_server.core.workplace import Workplace
from mcp_server.core.worktrees.remove import Removed, remove_worktree
from mcp_server.domain.agent import PERSON, REVIEW, Agent
from mcp_server.ports import Books, Traces, Trees


class Wish(NamedTuple):
    """What a person wants to be removed beside the state, the lines in `info/exclude` and git's hook."""

    settings: bool = False
    worktrees: bool = False


class Kept(NamedTuple):
    """What stays in the repository, and why."""

    what: str
    why: str


class Inventory(NamedTuple):
    """What removing would take away and what would stay, and the agents that still hold something."""

    goes: tuple[str, ...]
    stays: tuple[Kept, ...]
    working: tuple[str, ...]


class Gone(NamedTuple):
    """What was removed, and what stays."""

    went: tuple[str, ...]
    stays: tuple[Kept, ...]


def inventory(place: Workplace | None, traces: Traces, trees: Trees | None, wish: Wish) -> Inventory:
    """What `remove` with this wish would do; changes nothing. Without a place: the state can't be read."""
    worktrees = _worktrees(place, trees)
    goes = [*(worktrees if wish.worktrees else ()), *traces.removable(settings=wish.settings)]
    stays = (
        [] if wish.worktrees else [Kept(path, "--worktrees removes it, if all of it is merged") for path in worktrees]
    )
    stays += _texts(traces, wish)
    return Inventory(tuple(goes), tuple(stays), tuple(agent.name for agent in _working(place)))


def remove_interlock(
    place: Workplace | None, traces: Traces, trees: Trees | None, wish: Wish, person_id: int | None
) -> Gone:
    """Remove it. Whoever is present is notified first. Can be repeated after an interruption: the state goes last."""
    if place is not None and person_id is not None:
        with place.store.writing() as books:
            person = books.agents.get(person_id)
            announce(
                books,
                person,
                f"{person.name} removes Interlock from this repository",
                "Nothing is coordinated here any more: claims and locks are void. Ask the user how to go on.",
                to=[agent for agent in books.agents.present() if _is_here(books, agent)],
            )
    went: list[str] = []
    stays: list[Kept] = []
    for path in _worktrees(place, trees):
        why = "`git worktree remove` removes it"
        if wish.worktrees and place is not None and trees is not None:
            outcome = remove_worktree(place, trees, path)
            if isinstance(outcome, Removed):
                went.append(f"{path} ({outcome.branch})")
                continue
            why = outcome.reason
        stays.append(Kept(path, why))
    went += traces.remove(settings=wish.settings)
    return Gone(tuple(went), (*stays, *_texts(traces, wish)))


def _worktrees(place: Workplace | None, trees: Trees | None) -> Sequence[str]:
    if place is None or trees is None:
        return ()
    with place.store.reading() as books:
        known = [worktree.path for worktree in books.worktrees.all()]
    return [path for path in known if trees.is_there(path)]


def _working(place: Workplace | None) -> list[Agent]:
    if place is None:
        return []
    with place.store.reading() as books:
        holders = dict.fromkeys(lease.holder for lease in books.leases.all())
        there = [books.agents.get(holder) for holder in holders if not books.presence.has_ended(holder)]
        return [agent for agent in there if agent.kind not in (PERSON, REVIEW) and _is_here(books, agent)]


def _is_here(books: Books, agent: Agent) -> bool:
    """Whether it works in this checkout: others that share its database stay where they are."""
    return books.mirror is None or not books.mirror.is_elsewhere(agent.name)


def _texts(traces: Traces, wish: Wish) -> list[Kept]:
    return [Kept(file, why) for file, why in traces.kept(settings=wish.settings)]
