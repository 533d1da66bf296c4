"""What a transcript says of responses, and how far it was read. On the hot path of a hook."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

Tokens = tuple[int, int, int, int]
"""Input, output, written to the cache, read from it."""
NOTHING = (0, 0, 0, 0)


class Response:
    """One response of a model: its id, its tokens, and when it was written (ISO 8601, UTC; "" if that is not known)."""

    __slots__ = ("at", "id", "model", "tokens")

    def __init__(self, id: str, model: str, at: str, tokens: Tokens) -> None:  # noqa: A002  the client's own word
        self.id = id
        self.model = model
        self.at = at
        self.tokens = tokens


class Place:
    """How far a transcript was read: which file it was, up to which byte, and how long it was then.

    `waits`: what was left then is a line that was not whole yet.
    """

    __slots__ = ("at", "inode", "size", "waits")

    def __init__(self, inode: int = 0, at: int = 0, size: int = 0, *, waits: bool = False) -> None:
        self.waits = waits
        self.inode = inode
        self.at = at
        self.size = size

    @property
    def left(self) -> int:
        """How many bytes were there that have not been read."""
        return self.size - self.at


class Passage:
    """What was read of a transcript at once: its responses, in order, and where the reading ended.

    `rewritten`: it was not the file that it had been, so it was read from its beginning. `unreadable` lines were not
    understood. `compacted` counts the summaries that the client had made: their requests are in no transcript.
    `copies` are ids of responses that were counted elsewhere. `totals` is what the client itself counted in the
    session's life, by model, its summaries too; None where it does not say.
    """

    __slots__ = ("compacted", "copies", "place", "responses", "rewritten", "totals", "unreadable")

    def __init__(self, place: Place, *, rewritten: bool = False) -> None:
        self.place = place
        self.rewritten = rewritten
        self.responses: list[Response] = []
        self.unreadable = 0
        self.compacted = 0
        self.copies: list[str] = []
        self.totals: Mapping[str, Tokens] | None = None
