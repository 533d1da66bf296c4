"""What keeps an agent to less than all tools: its tasks' roles, what it was started as, and whoever it works under.

Standard library alone. On a hook's path only where a role is named at all.
"""

from __future__ import annotations

from mcp_server.domain.assignment.roles import BUILT_IN, PLUGIN, Role, role_named, role_of_agent, role_of_type
from mcp_server.domain.text import clip
from mcp_server.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mcp_server.domain.assignment.roles import RoleSettings

WIDEST_FIRST = ("writer", "tester", "reviewer", "reader")
FOR_A_WRITER = (
    "Note what you found, with update_task(note=…) or in your report. What has to change is a task of its own, with "
    "the role writer: plan_tasks"
)
FOR_ANOTHER = "Do without it. What cannot be done without it is a task of its own, with another role: plan_tasks"


class Limit(NamedTuple):
    """An agent may use what one of these roles has. `whose` is what has them, `task` that task if it is the agent's."""

    roles: tuple[Role, ...]
    whose: str
    task: str | None = None

    def has(self, tool: str, *, reads: bool = False) -> bool:
        """Whether one of the roles has this tool; `reads`: it is a tool of another server that only reads."""
        return any(role.has(tool, reads=reads) for role in self.roles)

    @property
    def edits(self) -> bool:
        """Whether one of the roles may change files of the repository."""
        return any(role.edits for role in self.roles)

    @property
    def only_reads(self) -> bool:
        """Whether its commands may only read."""
        return all(role.only_reads for role in self.roles if role.has("Bash"))

    def contains(self, role: Role) -> bool:
        """Whether an agent in `role` stays within this."""
        return any(role.is_within(each) for each in self.roles)

    @property
    def words(self) -> str:
        """What it is: "your task T1, whose role is reader (reads, …)"."""
        roles = " or ".join(f"{role.name} ({role.does})" for role in self.roles)
        return f"{self.whose} {clip(roles, 150)}"

    def refusal(self, what: str, done: str) -> str:
        """Why `what` was refused: it was not `done`."""
        hand_on = (
            f'; or hand this one on: update_task("{self.task}", status="released") with a note' if self.task else ""
        )
        return (
            f"{clip(what, 150)} was not {done}: {self.words}. {FOR_ANOTHER if self.edits else FOR_A_WRITER}{hand_on}."
        )


class Held(NamedTuple):
    """A claim as far as it limits: its task and the role of that."""

    task: str
    role: str | None


class Member(NamedTuple):
    """An agent of a family: the type that it was started as, and its claims."""

    kind: str | None
    claims: Sequence[Held]


def limits_of(family: Iterable[Member], own: Sequence[RoleSettings]) -> tuple[Limit, ...]:
    """What limits the first of a family, in which each works under the next: a child never has more than its parent."""
    found: list[Limit] = []
    for depth, member in enumerate(family):
        name = role_of_type(member.kind, own)
        if name is not None:
            who = "you were" if depth == 0 else "the agent that you work under was"
            found.append(Limit((role_named(name, own),), f"{who} started as {member.kind}, a"))
        found += _of_claims(member.claims, own, depth)
    return tuple(found)


def _of_claims(claims: Sequence[Held], own: Sequence[RoleSettings], depth: int) -> list[Limit]:
    named = [claim for claim in claims if claim.role is not None]
    if not named or len(named) < len(claims):
        return []
    roles = tuple(role_named(name, own) for name in dict.fromkeys(claim.role or "" for claim in named))
    tasks = ", ".join(claim.task for claim in named[:3])
    whose = ("your task" if depth == 0 else "the agent that you work under holds task") + "s" * (len(named) > 1)
    said = f"whose role{' is' if len(roles) == 1 else 's are'}"
    return [Limit(roles, f"{whose} {clip(tasks, 80)}, {said}", named[0].task if depth == 0 else None)]


class Start(NamedTuple):
    """As which type an agent is started, None for the one that was asked for; or why it is not started."""

    kind: str | None = None
    refusal: str = ""


def start_as(
    limits: Sequence[Limit], role: str | None, asked: str | None, own: Sequence[RoleSettings] = (), *, held: bool = True
) -> Start:
    """As what an agent is started by one with these `limits` that `asked` for a type, for a task of this `role` or any.

    The task's role decides: where the type has more, the plugin's agent of that role is started. A child never gets
    more than its parent; a type that would is refused where it names a role, and narrowed where it does not. `held`:
    the guard will see it as working under whoever starts it, and so keep it to the same limits; where these only take
    some tools away it need not be narrowed.
    """
    named = role_of_type(asked, own)
    kind = None
    if role is not None and (named is None or not role_named(named, own).is_within(role_named(role, own))):
        kind, named = (PLUGIN + role if role in BUILT_IN else None), role
    wanted = role_of_agent(named, own) if named is not None else None
    if wanted is not None and all(limit.contains(wanted) for limit in limits):
        # A role of the settings has no agent of its own: the guard holds whoever claims its task to it.
        return Start(kind)
    if not limits or (wanted is None and held and not any(role.tools for limit in limits for role in limit.roles)):
        return Start(kind)
    fitting = next(
        (name for name in WIDEST_FIRST if all(limit.contains(role_of_agent(name)) for limit in limits)), None
    )
    if wanted is None and fitting is not None:
        return Start(PLUGIN + fitting)
    what = f"An agent in the role {named}" if named else "An agent that may do anything"
    instead = f' Start it as subagent_type="{PLUGIN}{fitting}" for what is within your role.' if fitting else ""
    refused = next(limit for limit in limits if wanted is None or not limit.contains(wanted))
    return Start(refusal=refused.refusal(what, "started, since it would have more than you") + instead)
