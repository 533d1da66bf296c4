"""Messages that reach an agent at its next step, without its asking. On the hot path of a hook."""

from __future__ import annotations

from mcp_server.domain.heuristics.urgent import is_urgent
from mcp_server.domain.text import clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from mcp_server.domain.activity import Letter
    from mcp_server.ports import Mail

LONGEST = 1_000
MOST = 5
LOOKED_AT = 100
"""Among so many messages urgent ones are looked for."""
REST = " (read_messages shows the rest)"


def deliver(mail: Mail, agent_id: int) -> str:
    """The messages that the agent has not been shown, as many as fit into 1,000 characters; each is shown once.

    The others come at its next step. One that is too long for itself alone is shown in part and stays unread.
    """
    return _shown(mail, agent_id, mail.unseen(agent_id, MOST))


def urgent(mail: Mail, agent_id: int) -> str:
    """The same for the urgent ones alone: for an agent that is about to stop, and is not to be kept by others."""
    return _shown(mail, agent_id, [letter for letter in mail.unseen(agent_id, LOOKED_AT) if is_urgent(letter.subject)])


def _shown(mail: Mail, agent_id: int, letters: Iterable[Letter]) -> str:
    shown: list[str] = []
    room = LONGEST
    for letter in letters:
        text = _text(letter)
        if len(text) > room and shown:
            break
        whole = len(text) <= room
        shown.append(text if whole else clip(text, room - len(REST)) + REST)
        mail.seen(agent_id, letter.id, whole=whole)
        room -= len(shown[-1]) + 1
    return "\n".join(shown)


def _text(letter: Letter) -> str:
    sender = f"Message from {clip(letter.sender, 60)}" if letter.sender else "Interlock"
    times = f" (sent {letter.times} times)" if letter.times > 1 else ""
    return f"{sender}: {letter.subject}{times}" + (f"\n{letter.body}" if letter.body else "")
