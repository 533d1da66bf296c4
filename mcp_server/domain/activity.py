"""Recent activity: who edited a path, which commands fail because of it, which commands run.

On the hot path of a hook: nothing is imported that a bare interpreter has not loaded already.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Editor:
    """An agent that edited a path, and when last; `has_ended` looks whether the agent has."""

    __slots__ = ("agent", "at", "has_ended", "name", "task")

    def __init__(self, agent: int, name: str, at: float, task: str | None, has_ended: Callable[[], bool]) -> None:
        self.agent = agent
        self.name = name
        self.at = at
        self.task = task
        self.has_ended = has_ended


class Expired:
    """A lease that still covers a path although its holder has ended (`stopped`) or was inactive for too long."""

    __slots__ = ("holder", "holder_id", "patterns", "seen_at", "stopped", "task")

    def __init__(  # noqa: PLR0913  one value per column
        self, holder_id: int, holder: str, task: str | None, patterns: tuple[str, ...], seen_at: float, *, stopped: bool
    ) -> None:
        self.holder_id = holder_id
        self.holder = holder
        self.task = task
        self.patterns = patterns
        self.seen_at = seen_at
        self.stopped = stopped


class Left:
    """A task that was given back or finished: by whom, how (`done`, `released` …), when, its scope, its status now."""

    __slots__ = ("at", "holder", "holder_id", "how", "patterns", "status", "task")

    def __init__(  # noqa: PLR0913  one value per column
        self, task: str, status: str, patterns: tuple[str, ...], how: str, holder_id: int, holder: str, at: float
    ) -> None:
        self.task = task
        self.status = status
        self.patterns = patterns
        self.how = how
        self.holder_id = holder_id
        self.holder = holder
        self.at = at


class Wait:
    """An agent's command that failed because of somebody else's path, how often so far, and when the last time."""

    __slots__ = ("attempts", "command", "last_at", "path")

    def __init__(self, path: str, command: str, attempts: int, last_at: float) -> None:
        self.path = path
        self.command = command
        self.attempts = attempts
        self.last_at = last_at


class Command:
    """A Bash command of an agent: its worktree, its start, whether the kernel confines it, and whether it may write."""

    __slots__ = ("agent", "began_at", "confined", "may_write", "root")

    def __init__(self, agent: int, root: str, began_at: float, *, confined: bool, may_write: bool) -> None:
        self.agent = agent
        self.root = root
        self.began_at = began_at
        self.confined = confined
        self.may_write = may_write


class BegunEdit:
    """An edit of `root`/`path` that the guard let pass, and the stamp that the file had then, empty for none.

    `link` is what the `call` named, if that is another name for the file. `content` is a sign of what the file
    contained, empty where there was none or nobody will ask for it.
    """

    __slots__ = ("agent", "at", "before", "call", "content", "link", "path", "root")

    def __init__(  # noqa: PLR0913  one value per column
        self, agent: int, root: str, path: str, call: str, before: str, link: str, content: str, at: float
    ) -> None:
        self.agent = agent
        self.root = root
        self.path = path
        self.call = call
        self.before = before
        self.link = link
        self.content = content
        self.at = at


class Delivery:
    """A message that its reader has not been shown; `sender` is None for one from Interlock itself.

    `times` is how often it was sent.
    """

    __slots__ = ("body", "id", "sender", "subject", "times")

    def __init__(self, id: int, sender: str | None, subject: str, body: str, times: int = 1) -> None:  # noqa: A002  the message's own
        self.id = id
        self.sender = sender
        self.subject = subject
        self.body = body
        self.times = times
