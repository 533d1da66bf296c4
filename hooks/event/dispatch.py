"""Which script answers the events of a hook. Nothing that a script loads knows them all."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.io import Answer


def answer_of(hook: str) -> Answer:
    """What answers the events of the script with this name; exits if the file has been damaged."""
    found: Answer | None = getattr(__import__(f"hooks.{hook}", fromlist=["answer"]), "answer", None)
    return found or sys.exit(f"interlock: hooks/{hook}.py is damaged")
