"""Plays the scenes of a demo one after the other, and says how it ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from time import monotonic
from typing import TypeVar

from mcp_server.demo.expecting import NotAsExpected
from mcp_server.demo.stopping import stoppable
from mcp_server.demo.voice import Voice

DONE, FAILED, STOPPED = 0, 3, 130

Stage = TypeVar("Stage")


def play(
    build: Callable[[Voice], AbstractContextManager[Stage]],
    scenes: Sequence[Callable[[Stage], None]],
    *,
    then: str,
    trouble: str = "",
) -> int:
    """Play the scenes on the stage that `build` makes; 0 if all went as expected, and nothing is left behind.

    `then` is what to do next, `trouble` what helps where something went otherwise.
    """
    voice = Voice()
    began = monotonic()
    try:
        with stoppable(), build(voice) as stage:
            for scene in scenes:
                scene(stage)
    except (NotAsExpected, OSError) as error:
        voice.failure(f"{error}{trouble}")
        return FAILED
    except KeyboardInterrupt:
        voice.failure("stopped; everything was cleaned up")
        return STOPPED
    voice.success(f"Everything worked, in {monotonic() - began:.0f} s. {then}")
    return DONE
