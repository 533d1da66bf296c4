"""Routing: which model works on a task, by its tier and by how often it has failed."""

from __future__ import annotations

from mcp_server.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.domain.task import Task

TIERS = ("haiku", "sonnet", "opus")
"""The tiers that are models of the client, from the cheapest on; `local` is none of them."""
LOCAL = "local"
EFFORTS = ("low", "medium", "high", "xhigh", "max")
ALIASES = (*TIERS, "fable")
"""The names by which the client's own tool for agents can be given a model; it refuses every other one."""


class RoutingSettings(NamedTuple):
    """The section `[routing]`: the model of each tier, and the command for tasks of the tier `local`.

    A task that has failed `escalate_after` times goes one tier up, and again after as many more; 0: it never does.
    """

    haiku: str = "haiku"
    sonnet: str = "sonnet"
    opus: str = "opus"
    local: str | None = None
    escalate_after: int = 1
    effort: tuple[tuple[str, str], ...] = ()
    """The effort of agents by tier, for clients that know one."""

    def model(self, tier: str) -> str:
        """The model of one of the TIERS."""
        return {"haiku": self.haiku, "sonnet": self.sonnet, "opus": self.opus}[tier]


def tier_of(task: Task, routing: RoutingSettings) -> str | None:
    """The tier that the task is worked on in by now; None if its planner named none.

    A task of the tier `local` that failed, or for which no command is set, needs an agent: the cheapest.
    """
    if task.tier is None:
        return None
    steps = task.failures // routing.escalate_after if routing.escalate_after else 0
    ladder = TIERS if task.tier in TIERS else (LOCAL, *TIERS)
    tier = ladder[min(ladder.index(task.tier) + steps, len(ladder) - 1)]
    return TIERS[0] if tier == LOCAL and routing.local is None else tier


def model_of(task: Task, routing: RoutingSettings) -> str | None:
    """The model that an agent for this task is started with, or None: the one that the client would choose."""
    tier = tier_of(task, routing)
    return None if tier is None or tier == LOCAL else routing.model(tier)


def alias_of(model: str) -> str | None:
    """The name by which the client's own tool for agents is given this model: its family's; None if it has none."""
    return next((alias for alias in ALIASES if alias in model.lower()), None)


def is_of_the_family(model: str, wanted: str) -> bool:
    """Whether a model that answered is the one that was wanted, which may be named by its family alone."""
    return model == wanted or (wanted in ALIASES and alias_of(model) == wanted)


class Route(NamedTuple):
    """The model that an agent for a task is started with: its tier, the settings' name of the model, its effort."""

    task: str
    tier: str
    model: str
    effort: str | None = None


def route_of(task: Task, routing: RoutingSettings) -> Route | None:
    """The route of an agent for this task; None if nothing is said about its model."""
    tier, model = tier_of(task, routing), model_of(task, routing)
    if tier is None or model is None:
        return None
    return Route(task.id, tier, model, dict(routing.effort).get(tier))
