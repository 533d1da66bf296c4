"""May these paths be committed? Not those that another agent holds: the commit would contain its unfinished edits."""

from __future__ import annotations

from collections.abc import Sequence

from mcp_server.core.workplace import Workplace
from mcp_server.domain.decision import AgentRights, Decision, decide


def held_by_others(place: Workplace, key: str | None, paths: Sequence[str]) -> list[Decision]:
    """The refusals for paths that somebody else holds; `key` identifies the session that commits, None a person.

    A session commits for its subagents too: a git hook can't tell them apart.
    """
    with place.store.reading() as books:
        agent = books.agents.find(key) if key else None
        own = () if agent is None else (agent.id, *(child.id for child in books.agents.children(agent.id)))
        policy = books.guard.policy()
        decisions = [decide(path, policy, AgentRights(own, (), None), books.guard.near(path)) for path in paths]
    return [decision for decision in decisions if decision.rule == "held"]
