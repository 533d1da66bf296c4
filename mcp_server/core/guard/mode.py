"""Switching the guard's mode: by a person, for everybody, with everybody notified."""

from __future__ import annotations

from collections.abc import Callable

from mcp_server.core.agents.command_line import announce
from mcp_server.core.workplace import Workplace

MEANS = {
    "enforce": "Edits outside your scope are refused again.",
    "warn": "Edits outside your scope are no longer refused, but you are warned. Stay in your scope all the same.",
    "off": "Edits are no longer checked. Claims and locks stay as they are: stay in your scope all the same.",
}


def switch_mode(place: Workplace, person_id: int, mode: str | None, switch: Callable[[str | None], None]) -> None:
    """Switch the guard for everybody, log it, and notify the agents; None: to what the settings file says."""
    with place.store.writing() as books:
        person = books.agents.get(person_id)
        switch(mode)
        now = mode or place.settings().mode
        books.events.add("mode", now, agent=person.id)
        announce(books, person, f"{person.name} switched the guard to mode {now}", MEANS.get(now, ""))
