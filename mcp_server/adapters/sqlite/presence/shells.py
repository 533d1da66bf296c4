"""Whose command a shell runs that a client started: by the text that was recorded of it."""

from __future__ import annotations

from mcp_server.sandbox import match_calls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mcp_server.domain.presence import Signs


class Shell:
    """A shell that a client started for a command: `text`, as far as it is known, and its age in seconds."""

    __slots__ = ("seconds", "text")

    def __init__(self, text: str, seconds: float) -> None:
        self.text, self.seconds = text, seconds


def begun_by_client(children: Iterable[tuple[str, float]]) -> list[Shell]:
    """Those of a client's children that it started for a command, confined or not."""
    return [Shell(text, seconds) for text, seconds in children if match_calls.tail_file(text) is not None]


def oldest_of(signs: Signs, shells: Iterable[Shell], known: Sequence[tuple[int, int | None, str]]) -> Shell | None:
    """The oldest of the shells that is this agent's or one of its subagents', with the command as its text.

    `known` are the recorded commands: agent, parent, text. One that none of them names is the session's own; and any
    agent in the middle of a turn may have begun it.
    """
    takes_others = signs.kind != "subagent" or signs.idle_at is None
    own = [
        Shell(text, shell.seconds)
        for shell in shells
        for text in _whose(shell.text, known, signs.agent, takes_others=takes_others)
    ]
    return max(own, key=lambda shell: shell.seconds, default=None)


def _whose(shell: str, known: Sequence[tuple[int, int | None, str]], agent: int, *, takes_others: bool) -> list[str]:
    """The recorded text of a shell's command if it is this agent's or one of its subagents', else nothing."""
    found = [(owner, parent, text) for owner, parent, text in known if match_calls.runs(shell, text)]
    if not found:
        return [""] if takes_others else []
    return [text for owner, parent, text in found if agent in (owner, parent)][:1]
