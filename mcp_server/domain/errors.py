"""Errors, with messages in plain words. Contention is an answer, not an error."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class InterlockError(Exception):
    """The base of all errors that people and agents see. The message is a plain sentence for them."""

    exit_code = 3
    """The exit code of a command: 1 refused because of somebody else; 2 misuse; 3 failure."""


class Misuse(InterlockError, ValueError):
    """The request is invalid. The message says what is wrong; nothing was changed."""

    exit_code = 2


class UnknownTask(Misuse):
    """No task has this id."""

    def __init__(self, task_id: str) -> None:
        super().__init__(f"there is no task {shown(task_id)}; board lists the tasks")
        self.task_id = task_id


class NotHolder(Misuse):
    """Somebody else holds what the request would change."""

    exit_code = 1


class UnknownRecipient(Misuse):
    """A message names neither an agent nor a task nor `all`."""

    def __init__(self, to: str, here: Sequence[str] = ()) -> None:
        names = f"; present: {', '.join(here)}" if here else ""
        super().__init__(
            f"there is no agent and no task {shown(to)}{names}; `all` reaches everybody, board lists the tasks"
        )
        self.to = to


class StateUnavailable(InterlockError):
    """The state cannot be read or written. The message says why and what to do."""


class DatabaseUnavailable(StateUnavailable):
    """The database that several machines share can't be used: what is wrong, what helps, a kind out of `KINDS`."""

    KINDS = (
        "unreachable",
        "refused_login",
        "certificate",
        "no_database",
        "no_rights",
        "full",
        "busy",
        "too_old",
        "newer_schema",
        "older_schema",
        "read_only",
        "other",
    )

    def __init__(self, kind: str, what: str, advice: str) -> None:
        super().__init__(f"{what}; {advice}")
        self.kind, self.what, self.advice = kind, what, advice


def shown(text: object) -> str:
    """Input quoted for a message: short, on one line, encodable."""
    written = repr(text)
    return written if len(written) <= 80 else written[:60] + "…" + written[-10:]


def in_words(error: Exception) -> str:
    """What an error says; of one of the system, the path and the reason without its number."""
    if isinstance(error, InterlockError) or not isinstance(error, OSError) or error.strerror is None:
        return str(error)
    return f"{error.filename}: {error.strerror}" if error.filename is not None else error.strerror
