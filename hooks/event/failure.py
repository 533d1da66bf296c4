"""When the guard itself fails: in a repository in use it refuses and says so, elsewhere it stays silent."""

from __future__ import annotations

from hooks.event import io
from mcp_server.adapters.host.repository import real, used_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from hooks.event.event import Event
    from mcp_server.adapters.host.repository import Repository

SECONDS = 4.0
"""The guard's own limit: an answer after the client's limit is no answer, and the edit passes."""
SECONDS_TO_REFUSE = 1.0
"""For finding out whether a failed decision matters here, which may hang for the same reason."""


class OutOfTime(Exception):
    """The guard did not come to a decision in time."""


def _signal_alarm(seconds: float) -> None:
    # Importing `signal` builds enums, which takes as long as a decision.
    import _signal  # type: ignore[import-not-found]  # private, so without a stub

    if not hasattr(_signal, "setitimer"):
        return  # Windows: the client's own limit is the only one

    def ring(_number: int, _frame: object) -> None:
        raise OutOfTime(f"no decision within {seconds:g} s")

    if seconds:
        _signal.signal(_signal.SIGALRM, ring)
    _signal.setitimer(_signal.ITIMER_REAL, seconds)


set_alarm: Callable[[float], None] = _signal_alarm
"""Makes OutOfTime be raised after so many seconds, or no more after 0. A process of many threads has another way."""


class deadline:  # noqa: N801  a context manager, named as it reads
    """Raises OutOfTime inside the block when it takes too long."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        set_alarm(self._seconds)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        set_alarm(0.0)


def refusal(event: Event, error: BaseException) -> str:
    """The answer when no decision was possible: a refusal that names the cause and the ways out, or nothing.

    An event that could not be read is one without fields.
    """
    try:
        with deadline(SECONDS_TO_REFUSE):
            if not _concerns_us(event):
                return ""
    except Exception:  # noqa: BLE001, S110  a place that cannot be examined is treated as one in use
        pass
    return io.deny(
        f"Interlock's guard could not decide, so nothing was written: {described(error)}. "
        "`interlock doctor` finds out what is wrong; `interlock mode off` switches the guard off in this repository. "
        "Tell the user; do not work around it.",
        event.gate,
    )


def _concerns_us(event: Event) -> bool:
    """Whether the call is about a repository that uses Interlock, as far as a broken event shows."""
    return any(_in_use(path, directory, event.project) for path, directory in event.edited_paths())


def _in_use(path: str, directory: str, project: str | None) -> bool:
    try:
        found = real(path, directory)
    except ValueError:  # a NUL or a lone surrogate: there can be no such path
        return False
    repository = used_at(found, project)
    return repository is not None and not _switched_off(repository)


def _switched_off(repository: Repository) -> bool:
    from mcp_server.adapters.settings.mode import mode_override
    from mcp_server.adapters.settings.policy_cache import policy_of

    override = mode_override(repository.state)
    if override is not None:
        return override == "off"
    try:
        return policy_of(repository).mode == "off"
    except Exception:  # noqa: BLE001  the settings may be what is broken
        return False


def not_working(error: BaseException) -> str:
    """What the user is told when a session's hooks fail."""
    return f"Interlock is not working in this session: {described(error, 400)}. Run bin/interlock doctor."


def described(error: BaseException, most: int = 200) -> str:
    """An error on one line of at most `most` characters."""
    words = " ".join(str(error).split()) or type(error).__name__
    return words if len(words) <= most else words[: most - 1] + "…"
