"""What the core needs from outside, as Protocols.

A store hands out *books*: one for each noun, all inside one transaction. `writing()` is exclusive and all or
nothing; `reading()` sees one consistent state. The time is the store's: `books.now`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from mcp_server.domain.agent import Agent, Process, Want
from mcp_server.domain.branch import CheckedOut, Foreseen, Side
from mcp_server.domain.conflict import Conflict, Known
from mcp_server.domain.decision import Holding, Policy, Standing
from mcp_server.domain.landing import Begun, Check, Merged, Stopped
from mcp_server.domain.launch import Launch, Running, Way
from mcp_server.domain.lease import Lease
from mcp_server.domain.listed import Found, Placed, Seen, Version
from mcp_server.domain.settings import WorktreeSettings
from mcp_server.domain.shared import (
    Arrival,
    Call,
    Checkpoint,
    Entry,
    EntryKind,
    Event,
    Handover,
    LastTests,
    Message,
    Shown,
)  # fmt: skip
from mcp_server.domain.step import Carried, Step
from mcp_server.domain.straying import Occupant
from mcp_server.domain.task import Draft, Status, Task, Wanted
from mcp_server.domain.watching import Command, Editor, Lapsed, Letter, Wait
from mcp_server.domain.worktree import Listed, State, Worktree


class Clock(Protocol):
    """Tells the time."""

    def __call__(self) -> float:
        """Seconds since 1970."""


class Processes(Protocol):
    """Knows the processes of this host."""

    def identify(self, pid: int) -> Process | None:
        """The running process `pid`, or None when there is none."""

    def is_gone(self, process: Process) -> bool:
        """Whether it has provably ended; False when that can't be known, as for another host."""


class Checkout(Protocol):
    """A working copy under version control."""

    def revision(self, directory: str) -> str | None:
        """The commit that `directory` is on, short; None outside version control or before the first commit."""

    def uncommitted(self, directory: str, covers: Callable[[str], bool]) -> int | None:
        """How many files that `covers` accepts have changes that are not committed; None where that can't be known."""


class Foresight(Protocol):
    """Which branches can't be merged with which. Looking changes nothing."""

    def checkouts(self) -> list[CheckedOut]:
        """The repository's checkouts that are there, the main one first."""

    def tips(self, branches: Sequence[str]) -> dict[str, str]:
        """The commits that these branches are on; a branch that does not exist is left out."""

    def foresee(self, sides: Sequence[Side], pairs: Sequence[tuple[str, str]]) -> Foreseen:
        """The conflicts of each of these pairs of sides, by their names."""

    def is_in(self, commit: str, branch: str) -> bool:
        """Whether the branch has this commit."""


class Landing(Protocol):
    """Brings branches home. What it can't do is refused (OSError) in words, and then everything is as it was."""

    def tip(self, branch: str) -> str | None: ...
    def main(self) -> str | None:
        """The branch of the main checkout; None when its HEAD is detached."""

    def checkout_of(self, branch: str) -> str | None: ...
    def is_in(self, commit: str, branch: str) -> bool: ...
    def uncommitted(self, root: str) -> list[str]: ...
    def conflicts(self, ours: str, theirs: str) -> tuple[Conflict, ...]: ...
    def merged(
        self, base: str, tip: str, *, message: str | None, then: Callable[[Merged, Check], object]
    ) -> Stopped | None:
        """Merge `tip` into the commit `base`, or put it on top where there is no `message`; `then` goes on with that.

        None of it can be seen outside. What git can't merge is answered, and then nothing goes on.
        """

    def turn(self) -> AbstractContextManager[object]:
        """Nobody else of Interlock's moves a branch meanwhile."""

    def obstacle(self, root: str, old: str, new: str, texts: Collection[str]) -> str | None:
        """Why the checkout of the base can't follow, in words; None when it can."""

    def move(self, branch: str, old: str, new: str, why: str) -> bool:
        """Move a branch from `old` to `new`; False when it is not on `old` any more."""

    def follow(self, root: str, old: str, new: str) -> list[str]:
        """Let the checkout of a branch follow; the files that are somebody's own and were left. Can be repeated."""


class TaskFile(Protocol):
    """The task list as a file that people edit meanwhile. What can't be done with it is refused (`Unusable`)."""

    @property
    def name(self) -> str:
        """What people call it."""

    def signature(self) -> str | None:
        """What is another whenever the file has changed; None when there is no file."""

    def held(self) -> AbstractContextManager[object]:
        """No other process of Interlock reads or writes it meanwhile."""

    def read(self) -> Found | None:
        """What it says; None when there is no file."""

    def late(self, seen: str | None) -> bytes | None:
        """What somebody wrote into the file that was replaced when the signature became `seen`, too late to be read."""

    def place(self, text: bytes, over: bytes) -> Placed:
        """Let the file say `text`, all at once, which said `over` when it was read."""


class CommitHook(Protocol):
    """The git hook that asks before every commit."""

    @property
    def file(self) -> Path:
        """Where it is, or would be."""

    def install(self) -> str | None:
        """Put it in place, if it is not; why not, when there is anybody else's, which is left as it is."""

    def uninstall(self) -> bool:
        """Take it away; False when it was not there."""

    def staged(self) -> list[str]:
        """The paths that the commit being made would change, relative to the worktree's root."""


class Trees(Protocol):
    """The worktrees of one repository as git has them. What cannot be done is said by `Trouble`."""

    @property
    def source(self) -> str | None:
        """The checkout that worktrees are furnished from: the main one; None where there is none, as beside a bare."""

    def alone(self) -> AbstractContextManager[object]:
        """No other process of Interlock makes or removes worktrees meanwhile, nor what a killed one has started."""

    def listed(self) -> list[Listed]:
        """All worktrees, the main one first."""

    def head(self) -> tuple[str | None, str | None]:
        """The branch and the commit that the main worktree is on; None when detached, or before the first commit."""

    def default_branch(self) -> str | None:
        """The branch that work goes home to when nothing else is said; None when that can't be told."""

    def commit(self, revision: str) -> str | None: ...
    def is_branch(self, name: str) -> bool: ...
    def place(self, folder: str, *, beside: bool) -> str:
        """Where the worktree in this folder belongs."""

    def make(self, path: str, branch: str, start: str) -> str | None:
        """Make a worktree on a branch, which begins at `start` if it is new; what its own hook complained about."""

    def is_there(self, path: str) -> bool:
        """Whether there is anything in this place."""

    def is_whole(self, path: str) -> bool:
        """Whether all of it was checked out."""

    def strangers(self, path: str, commit: str) -> list[str]:
        """The files in a worktree half checked out that are not from its commit."""

    def settle(self, path: str) -> None:
        """Take away the sign that it was being made."""

    def clear(self, path: str) -> None:
        """Delete a worktree with all that is in it, and what git knows of it; again where it was begun."""

    def changes(self, path: str) -> list[str]:
        """What is not committed in it."""

    def unpushed(self, path: str) -> bool:
        """Whether its submodules hold commits that are nowhere else."""

    def missing_from(self, base: str, branch: str) -> int:
        """How many commits of the branch `base` has neither as they are nor under another name."""

    def is_in_a_branch(self, commit: str) -> bool: ...
    def is_same(self, path: str, other: str) -> bool:
        """Whether both are the same folder."""

    def ahead_behind(self, branch: str, base: str) -> tuple[int, int] | None: ...
    def drop_branch(self, branch: str, commit: str) -> bool:
        """Delete the branch if it is still at this commit and nowhere checked out; whether it was."""

    def exclude(self, pattern: str) -> None:
        """Let git not see this, anchored at the root, in any worktree; what users have written stays as it is."""

    def mend(self) -> None:
        """Let git find the worktrees that were moved."""


class Furnisher(Protocol):
    """Makes one checkout ready to work in, step by step, and keeps a log of it."""

    @property
    def log(self) -> str:
        """The file that says what the steps said."""

    def alone(self) -> AbstractContextManager[object]:
        """Nobody else furnishes this checkout meanwhile; refuses (Occupied) when somebody does."""

    def give(self, environment: Mapping[str, str]) -> None:
        """What this checkout was given: written into it, and known to the steps."""

    def steps(self, wanted: WorktreeSettings) -> list[Step]:
        """What it lacks, in order."""

    def carry_out(self, step: Step) -> Carried: ...
    def is_free(self, port: int) -> bool:
        """Whether nobody listens on this port of this machine."""


class GuardBook(Protocol):
    """What the guard reads, and the little it writes."""

    def policy(self) -> Policy:
        """The settings in force."""

    def standing(self, key: str, parent_key: str | None) -> Standing:
        """Who `key` is and what it may use; an unknown subagent stands as its parent does."""

    def standing_of(self, own: int, parent: int | None) -> Standing:
        """What the agent with this number, which works under `parent`, may use."""

    def near(self, path: str) -> Sequence[Holding]:
        """The live leases of anybody whose scope may cover `path`."""

    def within(self, directory: str) -> Sequence[Holding]:
        """The live leases of anybody whose scope lies in `directory` or deeper."""

    def beside(self, root: str, family: Sequence[int]) -> Sequence[Holding]:
        """The live claims of others, outside `family`, who work in the worktree `root`."""

    def homes(self, tasks: Sequence[str]) -> Sequence[str]:
        """The worktrees that were made for these tasks and whose work has not come home yet."""

    def occupant(self, root: str, family: Sequence[int]) -> Occupant | None:
        """Who outside `family` is at work in the linked worktree `root`, else another's task that it was made for."""

    def is_due(self, family: Sequence[int]) -> bool:
        """Whether it is time to renew the leases of these agents: they were not seen just now."""

    def touch(self, family: Sequence[int]) -> None:
        """Renew the leases of these agents."""

    def refused(self, agent: int | None, path: str, rule: str) -> None:
        """Put a refusal into the log."""


class Agents(Protocol):
    """Who works here."""

    def find(self, key: str) -> Agent | None: ...
    def get(self, agent_id: int) -> Agent: ...
    def named(self, name: str) -> Agent | None: ...
    def add(
        self, key: str, name: str, kind: str, *, parent: int | None, process: Process | None, worktree: str
    ) -> Agent: ...
    def link(self, key: str, agent_id: int) -> None:
        """Make `key` another sign by which this agent is known."""

    def next_number(self) -> int:
        """A number that no agent was given before, for a name."""

    def seen(self, agent_id: int, *, process: Process | None = None, worktree: str | None = None) -> None:
        """The agent is active now: it has not ended, and its leases are renewed."""

    def end(self, agent_id: int, why: str) -> None: ...
    def children(self, agent_id: int) -> list[Agent]: ...
    def present(self) -> list[Agent]:
        """All that have not ended and can be talked to, by name: not what holds in a worktree's place."""

    def in_worktree(self, path: str) -> list[Agent]:
        """Those who worked in this worktree last, ended or not, the latest first; a person works nowhere."""

    def due(self) -> list[Agent]:
        """Those whose leases may have lapsed and have not been looked at since."""

    def looked_at(self, agent_id: int, due_at: float | None) -> None:
        """Look at this agent again at `due_at`, or not before it is active again."""

    def with_leases(self) -> list[Agent]:
        """The agents that hold something and have not ended, to see if their processes live."""

    def wants(self, agent_id: int, want: Want | None) -> None:
        """What the agent was refused and waits for, or None."""


class Tasks(Protocol):
    """The work."""

    def add(self, drafts: Sequence[Draft]) -> None:
        """Put them in, in this order; their dependencies are among them or known."""

    def get(self, task_id: str) -> Task | None: ...
    def known(self, task_ids: Iterable[str]) -> set[str]: ...
    def next_id(self) -> str:
        """An id that no task has: T1, T2 …"""

    def take(self, free: Callable[[Wanted], bool], task_id: str | None) -> Task | None:
        """Choose and take in one step: the ready task that is highest in priority, then oldest, and `free` of
        conflicts. With `task_id`, that one or none. The task's token is the number of the event to be added next.
        """

    def put(
        self,
        seq: int,
        *,
        status: Status,
        token: int | None,
        needs: str | None = None,
        failures: int | None = None,
    ) -> list[str]:
        """Move a task to another state, and what depends on it along; the tasks that this made ready."""

    def rescope(self, seq: int, scope: tuple[str, ...], grounds: tuple[tuple[str, str], ...]) -> None: ...
    def reword(self, seq: int, *, title: str, priority: int) -> None: ...
    def reorder(self, seq: int, depends_on: Sequence[str]) -> None:
        """Let a task depend on these tasks and on no others."""

    def among(self, task_ids: Iterable[str]) -> list[Task]:
        """The tasks with these ids, whatever their status, oldest first."""

    def titled(self, titles: Iterable[str]) -> list[Task]:
        """The tasks with one of these titles, whatever their status, oldest first."""

    def offer(self, seq: int, *, ready: bool) -> None:
        """Hand a task out again that is in progress under a lapsed lease (`ready`), or take the offer back."""

    def needs(self, seq: int) -> list[str]:
        """The tasks it waits for that are not done."""

    def depends_on(self, task_id: str) -> list[str]: ...
    def settle(self, task_id: str) -> list[str]:
        """Work out anew what waits for this task: it has landed, say. The tasks that this made ready."""

    def waiting_for(self, task_id: str) -> list[Task]:
        """The tasks that depend on it and are neither done nor dropped, oldest first."""

    def ready(self, limit: int) -> list[Task]: ...
    def open(self, limit: int) -> list[Task]:
        """Those that are neither done nor dropped, oldest first."""

    def grounds(self) -> list[Wanted]:
        """What each open task would take, oldest first."""

    def done(self) -> int:
        """How many are done."""

    def note(self, seq: int, agent_id: int, text: str) -> None: ...
    def notes(self, seq: int, limit: int) -> list[Checkpoint]: ...


class TaskList(Protocol):
    """What the task list said as text, lately, and the file that was seen to say it."""

    def seen(self) -> Seen:
        """The file and the event that the list and the tasks agreed on last, and the last event of all."""

    def see(self, file: str | None, event: int) -> None:
        """The list, in this file, and the tasks agreed after this event."""

    def keep(self, version: Version) -> None:
        """The newest version. Older ones are forgotten when there are too many of them, or too long ones."""

    def versions(self) -> Iterator[Version]:
        """The versions that are kept, newest first."""

    def widened(self, since: int) -> set[str]:
        """The tasks that were given a wider scope after this event."""


class Leases(Protocol):
    """Who holds what."""

    def grant(
        self,
        token: int,
        holder: int,
        *,
        task: Task | None,
        resource: str | None,
        scope: tuple[str, ...],
        grounds: Sequence[tuple[str, str]],
        seconds: float,
        purpose: str | None,
    ) -> None: ...
    def get(self, token: int) -> Lease | None: ...
    def held_by(self, agent_id: int) -> list[Lease]:
        """The open leases of this agent, oldest first."""

    def lost_by(self, agent_id: int) -> list[Lease]:
        """The leases that were taken over from this agent without its having been told."""

    def on(self, resource: str) -> Lease | None:
        """The open lease on this very resource, or None; of several, which one holder may have, the longest."""

    def near(self, anchor: str) -> list[Lease]:
        """The open leases whose scope lies at, above or below `anchor`."""

    def all(self) -> list[Lease]: ...
    def regrounded(self, token: int, scope: tuple[str, ...], grounds: Sequence[tuple[str, str]]) -> None: ...
    def close(self, token: int) -> None: ...
    def take_over(self, token: int, by: str) -> None: ...
    def told(self, agent_id: int) -> None:
        """Forget the leases this agent lost: it knows."""


class Events(Protocol):
    """The append-only log."""

    def add(
        self,
        kind: str,
        subject: str,
        *,
        agent: int | None = None,
        detail: str | None = None,
        id: int | None = None,
    ) -> int: ...  # noqa: A002
    def recent(self, limit: int) -> list[Event]: ...


class Shared(Protocol):
    """The shared state and the messages."""

    def write(
        self, agent_id: int, kind: EntryKind, text: str, revision: str | None, uncommitted: int | None,
        doubt: str | None = None,
    ) -> Entry: ...  # fmt: skip
    def entries(self, since: float | None) -> list[Entry]: ...
    def send(
        self,
        sender: int | None,
        recipient: str,
        readers: Sequence[int],
        subject: str,
        body: str,
        *,
        task: int | None = None,
    ) -> int: ...
    def inbox(self, agent_id: int, *, unread_only: bool, limit: int) -> list[Message]: ...
    def read(self, agent_id: int, message_ids: Sequence[int]) -> None: ...
    def hand_on(self, task_seq: int, agent_id: int) -> None:
        """Give what was sent to a task that nobody held to its new holder."""

    def await_holder(self, message_ids: Sequence[int], task_seq: int) -> None:
        """Give these messages to the next holder of a task as well."""

    def unread(self, agent_id: int) -> list[Message]:
        """The messages to this agent that it has neither read nor been shown, oldest first."""

    def was_read(self, message_id: int) -> bool:
        """Whether somebody has read this message."""


class Mind(Protocol):
    """What the state knows of the shared state's page. Changed only by whoever has the page to itself."""

    def version(self) -> int: ...
    def here(self) -> list[Shown]:
        """The blocks that stand on the page, oldest first."""

    def elsewhere(self, signs: Sequence[str]) -> list[Shown]:
        """Of the blocks with these signs those that do not stand there any more."""

    def fresh(self) -> list[Entry]:
        """The entries that were never put on the page, oldest first."""

    def statuses(self) -> set[int]:
        """The entries that hold a status now."""

    def take(self, agent_id: int, kind: EntryKind, text: str, revision: str | None, uncommitted: int | None) -> Entry:
        """Keep what a person wrote there; it replaces nothing."""

    def put(self, entry: Entry, sign: str, text: str, version: int, place: str) -> None:
        """The entry's block stands on the page from this version on, or in an archive."""

    def move(self, row: Shown) -> None:
        """The block is now where `row` says, and its entry is to be read or not."""

    def lose(self) -> bool:
        """There is no page any more; whether that was not known. What stood there is kept for the next one."""

    def turn(self, version: int) -> None: ...


class Handovers(Protocol):
    """The hand-overs that came or went as files."""

    def open(self) -> list[Handover]:
        """Those whose file has not come to rest, oldest first."""

    def arriving(self, sign: str) -> Handover | None:
        """The one whose file was read and not yet moved, or None."""

    def add(self, sign: str, message: int, task: str | None, name: str, place: str) -> None: ...
    def move(self, number: int, name: str, place: str) -> None: ...


class HandoverFolder(Protocol):
    """Hand-overs as files, in `for_NAME/`, `in_progress/` and `completed/`. Nothing there is overwritten."""

    def alone(self) -> AbstractContextManager[object]:
        """No other process of Interlock touches the folder meanwhile."""

    def readers(self) -> list[str]:
        """Those who have a folder here."""

    def arrivals(self) -> list[Arrival]:
        """What lies in these folders, oldest name first."""

    def has(self, folder: str, name: str) -> bool: ...
    def free_name(self, folder: str, name: str) -> str: ...
    def move(self, source: str, name: str, folder: str, new_name: str) -> str | None:
        """Move a file to another folder; its name there, None when it is gone."""

    def write(self, reader: str, name: str, text: str) -> None:
        """Put a file into a reader's folder; what is there already stays."""


class PageFile(Protocol):
    """The shared state's page as a file that people edit too. What cannot be used is said by PageTrouble."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def folder(self) -> str:
        """The worktree that it lies in."""

    def alone(self) -> AbstractContextManager[object]:
        """Nobody else of Interlock's touches the page or its archives meanwhile."""

    def read(self) -> str | None:
        """What stands there; None when there is no page."""

    def is_wanted(self) -> bool:
        """Whether it is to be made where there is none: the settings name it."""

    def replace(self, text: str) -> bool:
        """Put `text` in the place of what was read last, at once; False when that has changed meanwhile."""

    def archive(self, month: str, text: str) -> None:
        """Add to the archive of a month."""


class Calls(Protocol):
    """Who makes which call of Interlock's own tools: written by the hook just before it, taken by the server."""

    def announce(self, call_id: str, agent_id: int, directory: str) -> None: ...
    def answer(self, call_id: str) -> Call | None:
        """Who makes this call; it is forgotten with the answer."""


class Journal(Protocol):
    """Who edited what, and when last."""

    def edited(self, path: str, agent_id: int) -> None: ...
    def editors(self, path: str) -> list[Editor]:
        """Who edited this path, the latest first."""

    def paths(self, since: float, limit: int) -> list[str]:
        """What anybody edited since then, the latest first."""

    def edited_by(self, agent_id: int, since: float) -> list[str]:
        """What this agent edited since then, the latest first."""


class Watch(Protocol):
    """What is going on around a path: for telling whose half-done edit broke a build."""

    def name(self, agent_id: int) -> str:
        """What the agent with this number is called."""

    def lapsed(self, path: str) -> list[Lapsed]:
        """The open leases that may cover `path` and are no longer alive."""

    def failed(self, agent_id: int, path: str, command: str) -> Wait:
        """The agent's command failed because of this path of somebody else, once more."""

    def waits(self, agent_id: int) -> list[Wait]:
        """The paths of others that this agent's commands have failed because of."""

    def over(self, agent_id: int, paths: Iterable[str]) -> None:
        """These paths no longer keep the agent waiting."""

    def ran(self, agent_id: int, command: str, *, failed: bool) -> None:
        """The agent's command, which runs tests, has ended."""

    def tested(self, agent_id: int) -> LastTests | None:
        """The agent's last command that ran tests, or None."""

    def remind(self, agent_id: int, task_id: str, since: float) -> bool:
        """Whether the agent is now reminded for the first time of its claim on this task, held since then."""


class Commands(Protocol):
    """The Bash commands that the kernel holds or that may write, while they run and for a while after."""

    def began(self, call_id: str, agent_id: int, root: str, text: str, *, confined: bool, may_write: bool) -> None: ...
    def is_running(self, call_id: str) -> bool: ...
    def ended(self, call_id: str) -> Command | None:
        """The command of this call, which has ended; None when its beginning was not noted, or its end was before."""

    def alongside(self, agent_id: int, since: float) -> list[int]:
        """The other agents that had a command that may write running at some time since then."""


class Mail(Protocol):
    """Messages on their way: what an agent is shown at its next step, without its asking."""

    def post(self, sender: int | None, reader: int, subject: str, body: str) -> int: ...
    def unseen(self, agent_id: int, limit: int) -> list[Letter]:
        """The messages to this agent that it has neither read nor been shown, oldest first."""

    def seen(self, agent_id: int, message_id: int, *, whole: bool) -> None:
        """The agent was shown this message; if the `whole` of it, it has read it."""


class Worktrees(Protocol):
    """The worktrees that Interlock made."""

    def add(self, name: str, path: str, *, branch: str, base: str, start: str, task: str | None) -> Worktree:
        """A worktree that is being made; its name and its path are new."""

    def get(self, name: str) -> Worktree | None: ...
    def at(self, path: str) -> Worktree | None:
        """The worktree in this folder, or None."""

    def of_task(self, task_id: str) -> Worktree | None:
        """The worktree for this task, the latest of several, or None."""

    def all(self) -> list[Worktree]:
        """Every worktree, oldest first."""

    def move(self, name: str, state: State) -> None: ...
    def leave(self, name: str, undone: Sequence[str]) -> None:
        """These steps are left until work can begin in it."""

    def relocate(self, name: str, path: str) -> None: ...
    def land(self, name: str, commit: str | None) -> None:
        """This commit brought its work home; None: it has not landed, as when more was done since."""

    def forget(self, name: str) -> None: ...


class Sessions(Protocol):
    """Starts, finds and ends the client's sessions in one of the ways that there are."""

    def check(self) -> None:
        """Refuses (NotStarted) where no session could be started in this way."""

    def find(self, launch: Launch) -> Running | None:
        """Where it runs, also when that was never put down; None when it does not run."""

    def start(self, launch: Launch, prompt: str, model: str | None, arguments: Sequence[str]) -> Running:
        """Start it in its worktree; refuses (NotStarted) in words what cannot be started."""

    def last_words(self, launch: Launch) -> str:
        """What it left to be read when it ended; empty when nothing."""

    def stop(self, launch: Launch, process: Process | None) -> None:
        """Let it end by itself, and wait for that."""

    def door(self, launch: Launch) -> Sequence[str]:
        """The command that brings a person to it."""


class Launches(Protocol):
    """The sessions that were started for tasks, and those that are about to be."""

    def add(self, task: str, agent: int, *, session: str | None, way: Way, name: str) -> Launch:
        """A session is about to be started for this task, which has none."""

    def get(self, task: str) -> Launch | None: ...
    def expected(self, worktree: str) -> Launch | None:
        """The session that is awaited in this worktree under an id that nobody knows yet, or None."""

    def all(self) -> list[Launch]:
        """All of them, oldest first."""

    def housed(self, task: str, worktree: str) -> None:
        """It has a worktree now."""

    def placed(self, task: str, place: str | None, server: str | None) -> None:
        """It runs in this pane or as this job."""

    def reported(self, task: str, session: str) -> None:
        """The client has reported, under this id."""

    def forget(self, task: str) -> None: ...


class Conflicts(Protocol):
    """What branches can't be merged with what."""

    def all(self) -> list[Known]:
        """Every conflict that was found, over or not, by the branches' names and the path."""

    def find(self, ours: str, theirs: str, conflict: Conflict) -> None:
        """It is there, as it stands now."""

    def close(self, ours: str, theirs: str, path: str) -> None: ...
    def tell(self, ours: str, theirs: str, path: str) -> None:
        """The agents are told of it as it stands."""

    def keep(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Forget those of all other pairs."""


class Landings(Protocol):
    """The merges that were begun: the base has moved, or is about to, and not all has followed."""

    def begin(self, landing: Begun) -> None: ...
    def pending(self) -> list[Begun]: ...
    def end(self, branch: str) -> None: ...


class HookBooks(Protocol):
    """The books that hooks on the hot path need: each can be had without loading the others."""

    @property
    def now(self) -> float: ...
    @property
    def guard(self) -> GuardBook: ...
    @property
    def journal(self) -> Journal: ...
    @property
    def watch(self) -> Watch: ...
    @property
    def commands(self) -> Commands: ...
    @property
    def mail(self) -> Mail: ...


class Books(HookBooks, Protocol):
    """All books of one transaction."""

    @property
    def agents(self) -> Agents: ...
    @property
    def tasks(self) -> Tasks: ...
    @property
    def task_list(self) -> TaskList: ...
    @property
    def leases(self) -> Leases: ...
    @property
    def events(self) -> Events: ...
    @property
    def shared(self) -> Shared: ...
    @property
    def calls(self) -> Calls: ...
    @property
    def mind(self) -> Mind: ...
    @property
    def handovers(self) -> Handovers: ...
    @property
    def worktrees(self) -> Worktrees: ...
    @property
    def launches(self) -> Launches: ...
    @property
    def conflicts(self) -> Conflicts: ...
    @property
    def landings(self) -> Landings: ...


class Store(Protocol):
    """Keeps the state of one repository."""

    def reading(self) -> AbstractContextManager[Books]: ...
    def writing(self) -> AbstractContextManager[Books]: ...
