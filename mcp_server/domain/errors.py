"""What is wrong with a request that cannot be carried out: misuse, never contention."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Misuse(ValueError):
    """The request makes no sense as it stands. The message names what is wrong; nothing was changed."""


class UnknownTask(Misuse):
    """No task has this id."""

    def __init__(self, task_id: str) -> None:
        super().__init__(f"there is no task {shown(task_id)}; board lists the tasks")
        self.task_id = task_id


class NotHolder(Misuse):
    """Somebody else holds what the request would change."""


class UnknownRecipient(Misuse):
    """A message names neither an agent nor a task nor `all`."""

    def __init__(self, to: str, here: Sequence[str] = ()) -> None:
        names = f"; present: {', '.join(here)}" if here else ""
        super().__init__(
            f"there is no agent and no task {shown(to)}{names}; `all` reaches everybody, board lists tasks"
        )
        self.to = to


class StateUnavailable(Exception):
    """The state cannot be read or written. The message says why and what to do."""


def shown(text: object) -> str:
    """Somebody's input, quoted so that it can stand in a message: short, on one line, encodable."""
    written = repr(text)
    return written if len(written) <= 80 else written[:60] + "…" + written[-10:]
