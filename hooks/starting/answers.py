"""The answer to a call that starts agents: the call with other arguments, and what its caller should know."""

from __future__ import annotations

import json

from hooks.event import io

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from hooks.event.event import Event


def changed(event: Event, call: Mapping[str, Any] | None, said: str) -> str:
    """The answer with the whole call as it is to be made, None for as it is; empty if there is nothing to say either.

    It is no permission: the user's own rules decide about the call as it is then.
    """
    if call is None and not said:
        return ""
    found: dict[str, Any] = {"hookEventName": event.name}
    if call is not None:
        found["updatedInput"] = call
    if said:
        found["additionalContext"] = said
    return json.dumps({"hookSpecificOutput": found})


def refused(event: Event, reason: str, mode: str) -> str:
    """The refusal of a call, or in mode `warn` the same words while it passes."""
    return io.warn(reason, event.gate) if mode == "warn" else io.deny(reason, event.gate)


def warning(reason: str) -> str:
    """What would be a refusal, in mode `warn`."""
    return f"Interlock (mode warn, not blocked): {reason}"
