"""A mirror: this checkout's copy of what several machines share, and how old it is.

On the path of a hook, though only where there is a mirror.
"""

from __future__ import annotations

from time import gmtime, strftime

from mcp_server.domain.machines.names import SIGN, host_of, on_host
from mcp_server.domain.presence import Moment, duration
from mcp_server.domain.text import clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp_server.domain.presence import Tick

OLD_AFTER = 90.0
"""Seconds without a look at the database after which what it says of others may have changed."""
LONGEST_TROUBLE = 120
MOST = 4096
"""Of ids that are made in mirrors the rest by this is the mirror's number, so no two make the same."""
_OF_A_MACHINE = ("person:", "worktree:")
"""How the signs begin that say no more than a name: of a login, of a worktree."""


class Mirror:
    """One checkout's mirror: its `number` among all, and the `host` that it is on.

    `as_of` is when it was last up to date, by the database's clock, which is `ahead` of this machine's by so many
    seconds. `trouble` is why the database can't be reached; None: it can.
    """

    __slots__ = ("ahead", "as_of", "host", "number", "trouble")

    def __init__(self, number: int, host: str, as_of: float, ahead: float = 0.0, trouble: str | None = None) -> None:
        self.number, self.host, self.as_of, self.ahead, self.trouble = number, host, as_of, ahead, trouble

    def moment(self, clock: float, find: Callable[[], Tick]) -> Moment:
        """The moment at which this machine's clock says so."""
        return Moment(clock + self.ahead, find, self.as_of, self.is_own)

    def is_old(self, now: float) -> bool:
        """Whether others may have done what is not in it; `now` is the database's time."""
        return self.trouble is not None or now - self.as_of > OLD_AFTER

    def is_elsewhere(self, name: str) -> bool:
        """Whether the agent of this name works on another machine."""
        return host_of(name) not in (None, self.host)

    def is_own(self, made: int) -> bool:
        """Whether this checkout made the row with this id, such as an agent's."""
        return made % MOST == self.number

    def place(self, name: str, path: str) -> str:
        """Where the agent of this name works, as it can be told here: `build-2:/srv/app` is no folder of ours."""
        return f"{host_of(name)}:{path}" if path and self.is_elsewhere(name) else path

    def key(self, key: str) -> str:
        """The sign by which an agent is known, which another machine may use for another one."""
        if not key.startswith(_OF_A_MACHINE):
            return key
        kind, colon, name = key.partition(":")
        return f"{kind}{colon}{on_host(name, self.host)}{SIGN}{self.host}"

    def known(self, now: float) -> str:
        """Since when nothing newer is known, in brackets, for a sentence about others; empty where it is fresh."""
        if not self.is_old(now):
            return ""
        why = "the database can't be reached" if self.trouble is not None else "not compared with the database since"
        return f" (as known at {_time(self.as_of, now)}; {why})"

    def notice(self, now: float) -> str | None:
        """How old it is, why, what goes on and what does not; None where it is fresh."""
        if not self.is_old(now):
            return None
        if self.trouble is not None:
            why = clip(self.trouble[:1].upper() + self.trouble[1:], LONGEST_TROUBLE)
        else:
            why = "The state was not compared with the database lately"
        return (
            f"{why}: what is said of other machines is as known at {_time(self.as_of, now)}, "
            f"{duration(now - self.as_of)} ago. Work in one's own scope goes on; new claims and locks have to wait."
        )


def _time(at: float, now: float) -> str:
    """A time of day, UTC; with its date unless that is today's."""
    form = "%H:%M UTC" if strftime("%j%Y", gmtime(at)) == strftime("%j%Y", gmtime(now)) else "%Y-%m-%d %H:%M UTC"
    return strftime(form, gmtime(at))
