"""A lead that stops while its teammates still have work in hand is asked once. On the path of a hook."""

from __future__ import annotations

from mcp_server.domain.text import clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.ports import Books

SHOWN = 5


def stops_before(books: Books, lead: int) -> str:
    """What a lead that is about to stop is asked; empty if nothing is left, or it was asked about all of it before."""
    parts = []
    for mate in books.teams.led_by(lead):
        agent = books.agents.get(mate.agent)
        if agent.ended_at is not None or books.presence.has_ended(agent.id):
            continue
        if mate.plan is not None:
            if books.activity.remind(lead, f"plan {mate.task} {mate.name}", mate.asked_at or 0.0):
                how = f"`interlock approve {mate.task}`"
                parts.append(f"{mate.name} waits for you to approve its plan for {mate.task} ({how})")
            continue
        for lease in books.leases.held_by(agent.id):
            if lease.task is None or lease.resource is not None:
                continue
            if books.activity.remind(lead, f"{lease.task} {mate.name}", lease.granted_at):
                state = "has stopped and still holds" if agent.idle_at is not None else "still works on"
                parts.append(f"{mate.name} {state} {lease.task}")
    if not parts:
        return ""
    more = f", and {len(parts) - SHOWN} more" if len(parts) > SHOWN else ""
    return clip(
        f"Interlock: you stop before your team has finished: {'; '.join(parts[:SHOWN])}{more}. Answer or wake them "
        "with SendMessage, or ask them to release what they hold. If you only wait for them, just stop; you will not "
        "be asked again.",
        1_500,
    )
