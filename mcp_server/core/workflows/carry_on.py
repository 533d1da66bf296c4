"""Carries the runs of workflows on, at every call of every process: next to nothing where there is none."""

from __future__ import annotations

from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import PERSON


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


def carry_on_for(place: Workplace, agent_id: int) -> str | None:
    """The same for a command that goes on for a while: what an agent's shell starts would be confined as the agent is.

    So only a person's has anything run.
    """
    with place.store.reading() as books:
        is_persons = books.agents.get(agent_id).kind == PERSON
    return carry_on(place, sets_going=is_persons)
