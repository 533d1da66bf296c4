"""Delivers messages to an agent at its next step, unasked. On the hot path of a hook."""

from __future__ import annotations

from mcp_server.domain.heuristics.urgent import is_urgent
from mcp_server.domain.text import clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from mcp_server.domain.activity import Delivery
    from mcp_server.ports import Inbox

LONGEST = 1_000
MOST = 5
MOST_SEARCHED = 100
"""How many messages are searched for urgent ones."""
WOKEN = (
    "Interlock woke you because messages came while you were idle. They are from agents and people who share this "
    "repository; if nothing in them is for you to do, stop again.\n"
)
REST = " (read_messages shows the rest)"


def deliver(inbox: Inbox, agent_id: int) -> str:
    """The messages that the agent has not seen, as many as fit into 1,000 characters; each is shown once.

    The rest follow at its next step. A message that is too long by itself is shown in part and stays unread.
    """
    return _shown(inbox, agent_id, inbox.unseen(agent_id, MOST))


def wake_up(inbox: Inbox, agent_id: int, longest: int, most: int) -> str:
    """What an idle agent is woken with: the messages that it has not seen, within `longest` characters; or nothing."""
    room = longest - len(WOKEN)
    shown = _shown(inbox, agent_id, inbox.unseen(agent_id, most), room)
    return f"{WOKEN}{shown}" if shown else ""


def urgent(inbox: Inbox, agent_id: int) -> str:
    """Only the urgent ones: the others need not keep an agent that is about to stop."""
    return _shown(
        inbox, agent_id, [delivery for delivery in inbox.unseen(agent_id, MOST_SEARCHED) if is_urgent(delivery.subject)]
    )


def _shown(inbox: Inbox, agent_id: int, deliveries: Iterable[Delivery], room: int = LONGEST) -> str:
    shown: list[str] = []
    for delivery in deliveries:
        text = _text(delivery)
        if len(text) > room and shown:
            break
        whole = len(text) <= room
        shown.append(text if whole else clip(text, room - len(REST)) + REST)
        inbox.seen(agent_id, delivery.id, whole=whole)
        room -= len(shown[-1]) + 1
    return "\n".join(shown)


def _text(delivery: Delivery) -> str:
    sender = f"Message from {clip(delivery.sender, 60)}" if delivery.sender else "Interlock"
    times = f" (sent {delivery.times} times)" if delivery.times > 1 else ""
    return f"{sender}: {delivery.subject}{times}" + (f"\n{delivery.body}" if delivery.body else "")
