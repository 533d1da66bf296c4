"""The books that hooks on the hot path read and write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from mcp_server.domain.activity import BegunEdit, Command, Delivery, Editor, Expired, Left, Wait
from mcp_server.domain.assignment.limits import Limit
from mcp_server.domain.decision import AgentRights, LiveLease, Policy
from mcp_server.domain.messages import LastFailure, LastTests
from mcp_server.domain.other_worktree import MadeFor, Occupant
from mcp_server.domain.presence import Doing


class GuardBook(Protocol):
    """What the guard reads, and the little it writes."""

    def policy(self) -> Policy:
        """The settings in force."""

    def rights(self, key: str, parent_key: str | None, kind: str | None = None) -> AgentRights:
        """Who `key` is and what it may use; an unknown subagent has its parent's rights.

        `kind` is the type that it was started as, which counts where it is unknown.
        """

    def rights_of(self, own: int, parent: int | None) -> AgentRights:
        """What the agent with this number, which works under `parent`, may use."""

    def limits_on_claims(self, agent_id: int) -> Sequence[Limit]:
        """What limits the tasks that this agent may claim: what it was started as, and all that it works under."""

    def near(self, path: str) -> Sequence[LiveLease]:
        """The open leases of anybody whose scope may cover `path`; each is asked whether it keeps others out."""

    def within(self, directory: str) -> Sequence[LiveLease]:
        """The live leases of anybody whose scope lies in `directory` or deeper."""

    def beside(self, root: str, family: Sequence[int]) -> Sequence[LiveLease]:
        """Agents outside `family` with a live claim that work in the worktree `root`, each by its oldest such claim."""

    def editing(self, root: str, family: Sequence[int]) -> Sequence[LiveLease]:
        """Agents without a claim that were lately seen, and edited, in the worktree `root`, each as a lease on nothing.

        Neither those in `family` nor their subagents.
        """

    def unmerged_worktrees(self, tasks: Sequence[str]) -> Sequence[str]:
        """The worktrees that were made for these tasks and whose work is not merged yet."""

    def made_for(self, root: str, family: Sequence[int]) -> MadeFor | None:
        """The task that the worktree `root` was made for, if not merged, and the claim on it of one in `family`."""

    def occupant(self, root: str, family: Sequence[int]) -> Occupant | None:
        """Who outside `family` works in the linked worktree `root`, or else another's task that it was made for."""

    def at_work(self, key: str, root: str) -> Sequence[int]:
        """The agent that is known by `key`, and the one it works under; nobody if it was last in another worktree.

        Nor if it is a session whose process is not known: one that was registered by a command that it typed.
        """

    def is_due(self, family: Sequence[int]) -> bool:
        """Whether it is time to renew the leases of these agents: they were not seen just now."""

    def touch(self, family: Sequence[int], *, prompt_is_over: bool = False) -> None:
        """Renew the leases of these agents, of which the first is in a turn now."""

    def asks(self, family: Sequence[int]) -> None:
        """The first of these agents waits for its user from now on."""

    def stops(self, family: Sequence[int]) -> None:
        """The turn of the first of these agents has ended."""

    def refused(self, agent: int | None, path: str, rule: str) -> None:
        """Record a refusal in the log."""

    def refusals(self, agent: int, since: float) -> int:
        """How many writes outside its scope an agent was refused since then; 0 if none is new since the last sign."""


class Presence(Protocol):
    """What holders do at this moment: the same answer for everybody who asks."""

    def of(self, agent_id: int) -> Doing:
        """What this agent does."""

    def has_ended(self, agent_id: int) -> bool:
        """Whether it has ended, or its process."""

    def gone(self) -> list[int]:
        """The agents that hold something, that did not say that they ended, and whose process has."""

    def is_working(self, agent_id: int) -> bool:
        """Whether it runs a command or waits for its user, and so keeps its leases however long it is silent."""


class Journal(Protocol):
    """Who edited what, and when last."""

    def edited(self, path: str, agent_id: int) -> None: ...
    def editors(self, path: str) -> list[Editor]:
        """Who edited this path, the latest first."""

    def paths(self, since: float, limit: int) -> list[str]:
        """What anybody edited since then, the latest first."""

    def edited_by(self, agent_id: int, since: float) -> list[str]:
        """What this agent edited since then, the latest first."""


class Activity(Protocol):
    """Recent activity around a path, to find out whose unfinished edit broke a build."""

    def name(self, agent_id: int) -> str:
        """What the agent with this number is called."""

    def expired(self, path: str) -> list[Expired]:
        """The open leases that may cover `path` and are no longer alive."""

    def left(self, path: str) -> list[Left]:
        """The tasks that were given back or finished in the last hour and may cover `path`, the latest first."""

    def failed(self, agent_id: int, path: str, command: str, *, apart: float) -> Wait:
        """The agent's command failed because of this path of another agent, once more.

        It counts if at least `apart` seconds have passed since it last counted.
        """

    def waits(self, agent_id: int) -> list[Wait]:
        """The paths of others that this agent's commands have failed because of."""

    def is_failing(self, agent_id: int) -> bool:
        """Whether a command of this agent failed and nothing was changed for it since, in any attempt."""

    def over(self, agent_id: int, command: str, paths: Iterable[str]) -> None:
        """The agent's command no longer fails because of these paths."""

    def ran(self, agent_id: int, command: str, *, failed: bool) -> None:
        """The agent's command, which runs tests, has ended."""

    def tested(self, agent_id: int) -> LastTests | None:
        """The agent's last command that ran tests, or None."""

    def ended(self, agent_id: int, command: str, *, failed: bool) -> None:
        """The agent's command has ended. Where it went well, it is not its last failure any more."""

    def failed_last(self, agent_id: int, command: str) -> bool:
        """Whether this is what `last_failure` would name. It loads nothing: every command that goes well asks."""

    def last_failure(self, agent_id: int) -> LastFailure | None:
        """The agent's last command that failed and has not gone well since, or None."""

    def remind(self, agent_id: int, task_id: str, since: float) -> bool:
        """Whether the agent is now reminded for the first time of its claim on this task, held since then."""


class Commands(Protocol):
    """The Bash commands that are confined or may write, while they run and for a while after."""

    def began(self, call_id: str, agent_id: int, root: str, text: str, *, confined: bool, may_write: bool) -> None: ...
    def is_running(self, call_id: str) -> bool: ...
    def ended(self, call_id: str) -> Command | None:
        """The command of this call, which has ended; None when its beginning was not noted, or its end was before."""

    def begun_in(self, agent_id: int) -> list[tuple[int, str]]:
        """The agent and the text of each command of this agent and its subagents in the last hour, the newest first."""

    def alongside(self, agent_id: int, since: float) -> list[int]:
        """The other agents that had a command that may write running at some time since then."""


class BegunEdits(Protocol):
    """The edits that the guard let pass and that are not over: nobody knows yet whether they were made."""

    def begin(self, edit: BegunEdit) -> None: ...
    def pending(self) -> list[BegunEdit]:
        """All of them, the oldest first."""

    def made(self, edit: BegunEdit, after: str, at: float) -> bool:
        """The file has the stamp `after` now: enter the edit, made at that time, in the journal.

        False if another has entered it meanwhile. The edit stays begun: there may be more to come.
        """

    def over(self, agent_id: int) -> None:
        """This agent's edits have been made, or never will be."""


class Inbox(Protocol):
    """Messages on their way: what an agent is shown at its next step, without its asking."""

    def post(self, sender: int | None, reader: int, subject: str, body: str) -> int: ...
    def unseen(self, agent_id: int, limit: int) -> list[Delivery]:
        """The messages to this agent that it has neither read nor been shown, oldest first."""

    def latest(self) -> int:
        """The number of the newest message, whoever is to read it; 0 if there is none."""

    def seen(self, agent_id: int, message_id: int, *, whole: bool) -> None:
        """The agent was shown this message; if the `whole` of it, it has read it."""
