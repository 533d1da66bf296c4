"""What a holder does at this moment, and whether that keeps its leases: the one answer, whoever asks.

On the hot path of a hook: nothing is imported that a bare interpreter has not loaded already.
"""

from __future__ import annotations

from mcp_server.domain.text import clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from mcp_server.domain.agent import Process

    Tick = tuple[str, float]
    """Which clock, and the seconds that it counted: it stands still while the machine is suspended."""

    class Running(Protocol):
        """A command that an agent's client runs for it."""

        @property
        def text(self) -> str:
            """What it was given as a command; empty when that is not known."""

        @property
        def seconds(self) -> float:
            """For how long it has run."""

    class Look(Protocol):
        """What can be seen of the processes of this machine."""

        def state(self, process: Process) -> str:
            """`LIVES`, `GONE`, or `UNSEEN` for one that nothing is known of from here."""

        def running(self, signs: Signs) -> Running | None:
            """A command of this agent or of its subagents that runs now."""

        def is_asking(self, process: Process) -> bool | None:
            """Whether this client waits for its user; None when that can't be known."""


LIVES, GONE, UNSEEN = "lives", "gone", "unseen"
COMMAND, PROMPT, TURN, IDLE, ENDED = "command", "prompt", "turn", "idle", "ended"
PROMPT_SECONDS = 8 * 3600.0
"""For so long an agent that waits for its user keeps its leases."""
SHOWN_AFTER = 60.0
"""Seconds of silence that are not worth a word."""
LONGEST_COMMAND = 60
_PLACEHOLDERS = ("worktree", "review")  # those of `domain.agent`, which can't be imported here


class Signs:
    """What is recorded of an agent: when it was last active, when its turn ended, since when it waits for its user.

    `tick` is when it was last active, or found working, by the machine's clock; times are the store's.
    """

    __slots__ = ("agent", "ended_at", "idle_at", "kind", "process", "prompt_at", "prompt_tick", "seen_at", "tick")

    def __init__(  # noqa: PLR0913  one value per column
        self,
        agent: int,
        kind: str,
        process: Process | None,
        seen_at: float,
        tick: Tick | None,
        *,
        ended_at: float | None = None,
        idle_at: float | None = None,
        prompt_at: float | None = None,
        prompt_tick: float | None = None,
    ) -> None:
        self.agent, self.kind, self.process = agent, kind, process
        self.seen_at, self.tick, self.ended_at, self.idle_at = seen_at, tick, ended_at, idle_at
        self.prompt_at, self.prompt_tick = prompt_at, prompt_tick


class Doing:
    """What an agent does: `what` is one of the words above, `since` the store's time when it began to."""

    __slots__ = ("now", "seen_at", "since", "text", "what")

    def __init__(self, what: str, since: float, now: float, seen_at: float, text: str = "") -> None:
        self.what, self.since, self.now, self.seen_at, self.text = what, since, now, seen_at, text

    @property
    def is_working(self) -> bool:
        """Whether that keeps its leases, however long it is silent."""
        return self.what in (COMMAND, PROMPT)

    @property
    def has_ended(self) -> bool:
        """Whether its leases are free."""
        return self.what == ENDED

    @property
    def silent(self) -> float:
        """Seconds since it was last active."""
        return max(0.0, self.now - self.seen_at)

    @property
    def words(self) -> str:
        """At what it is, and for how long: `a command since 12 min: pytest`."""
        ago = duration(self.now - self.since)
        if self.what == COMMAND:
            text = " ".join(self.text.split())
            return f"a command since {ago}" + (f": {clip(text, LONGEST_COMMAND)}" if text else "")
        if self.what == PROMPT:
            return f"at a permission prompt since {ago}"
        if self.what == IDLE:
            return f"idle since {ago}"
        return "ended" if self.what == ENDED else f"last active {ago} ago"

    @property
    def aside(self) -> str:
        """The same in brackets, for a sentence about a lease; empty when the agent was active just now."""
        if self.silent < SHOWN_AFTER:
            return ""
        silent = f"silent for {duration(self.silent)}, " if self.is_working else ""
        return f" ({silent}{self.words})"


class Moment:
    """The store's time, and the machine's, which is looked up when it is first needed.

    `as_of`: what was recorded in other checkouts is known up to then; None where no other one shares this state.
    `is_own` tells their agents from those of this checkout.
    """

    __slots__ = ("_find", "_tick", "as_of", "is_own", "now")

    def __init__(
        self,
        now: float,
        find: Callable[[], Tick],
        as_of: float | None = None,
        is_own: Callable[[int], bool] = lambda _agent: True,
    ) -> None:
        self.now = now
        self.as_of = as_of
        self.is_own = is_own
        self._find = find
        self._tick: Tick | None = None

    @property
    def tick(self) -> Tick:
        """The machine's time."""
        if self._tick is None:
            self._tick = self._find()
        return self._tick

    def silent(self, agent: int, seen_at: float, tick: Tick | None) -> float:
        """Seconds since then in which this machine was at work; by the store's time if another one recorded it.

        An agent of another checkout is silent for no longer than is known of it.
        """
        if self.as_of is not None and not self.is_own(agent):
            return max(0.0, min(self.now, self.as_of) - seen_at)
        if tick is None or tick[0] != self.tick[0]:
            return max(0.0, self.now - seen_at)
        return max(0.0, self.tick[1] - tick[1])


def keeps(signs: Signs, seconds: float, moment: Moment, look: Look) -> bool:
    """Whether an agent keeps a lease of this length. Nothing is looked up that is not needed to tell."""
    if has_ended(signs, moment, look):
        return False
    return moment.silent(signs.agent, signs.seen_at, signs.tick) < seconds or is_working(signs, moment, look)


def has_ended(signs: Signs, moment: Moment, look: Look) -> bool:
    """Whether an agent has ended, or its process, or the machine was started anew since it was last active."""
    if signs.ended_at is not None:
        return True
    if signs.process is not None and look.state(signs.process) == GONE:
        return True
    if signs.kind in _PLACEHOLDERS or signs.tick is None or not moment.is_own(signs.agent):
        return False  # of two machines that are copies of one another neither was restarted
    return was_restarted(signs.tick[0], moment.tick[0])


def is_working(signs: Signs, moment: Moment, look: Look) -> bool:
    """Whether an agent that has not ended runs a command, or waits for its user, as far as can be seen from here."""
    if signs.process is None or look.state(signs.process) != LIVES:
        return False
    return _is_asking(signs, moment, look) or look.running(signs) is not None


def doing(signs: Signs, moment: Moment, look: Look) -> Doing:
    """What an agent does."""
    now, seen = moment.now, signs.seen_at
    if has_ended(signs, moment, look):
        return Doing(ENDED, signs.ended_at or seen, now, seen)
    state = UNSEEN if signs.process is None else look.state(signs.process)
    running = look.running(signs) if state == LIVES else None
    if running is not None:
        return Doing(COMMAND, now - running.seconds, now, seen, running.text)
    if state == LIVES and _is_asking(signs, moment, look):
        return Doing(PROMPT, signs.prompt_at or seen, now, seen)
    if signs.idle_at is not None:
        return Doing(IDLE, signs.idle_at, now, seen)
    return Doing(TURN if state == LIVES else UNSEEN, seen, now, seen)


def was_restarted(then: str, now: str) -> bool:
    """Whether `now` names a later boot of the machine that `then` names; each is `MACHINE/BOOT` and more."""
    before, after = then.split("/"), now.split("/")
    return min(len(before), len(after)) > 1 and before[0] == after[0] and before[1] != after[1]


def duration(seconds: float) -> str:
    """Seconds in words: `40 s`, `12 min`, `3 h`."""
    seconds = max(seconds, 0.0)
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"


def _is_asking(signs: Signs, moment: Moment, look: Look) -> bool:
    if signs.prompt_at is None or signs.process is None:
        return False
    began = None if signs.tick is None or signs.prompt_tick is None else (signs.tick[0], signs.prompt_tick)
    if moment.silent(signs.agent, signs.prompt_at, began) >= PROMPT_SECONDS:
        return False
    return look.is_asking(signs.process) is not False
