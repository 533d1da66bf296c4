"""Carries the runs of workflows on, at every call of every process: next to nothing where there is none."""

from __future__ import annotations

from mcp_server.core.workplace import Workplace


def carry_on(place: Workplace, *, sets_going: bool) -> str | None:
    """Make the steps that are due, and have a process of its own run what has to be run; what was done, in words.

    Without `sets_going` that is left to whoever comes next.
    """
    with place.store.reading() as books:
        if not books.runs.open():
            return None
    from mcp_server.core.workflows.carry_out import set_going  # what only a repository with a run needs
    from mcp_server.core.workflows.progress import progress

    made = progress(place)
    for due in made.due if sets_going else ():
        set_going(place, due)
    return made.notice
