"""Runs the demo of several machines: the scenes one after the other, each with its expectations."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

from mcp_server.demo.expecting import NotAsExpected
from mcp_server.demo.machines import scenes
from mcp_server.demo.machines.stage import Stage
from mcp_server.demo.stopping import stoppable
from mcp_server.demo.voice import Voice

DONE, FAILED, STOPPED = 0, 3, 130
SCENES = (scenes.meet, scenes.share_tasks, scenes.share_what_is_one, scenes.go_on_without, scenes.see_the_same)


def run(root: Path) -> int:
    """Run the demo with the copy of Interlock in `root`; returns 0 if it worked, and leaves nothing behind."""
    voice = Voice()
    began = monotonic()
    try:
        with stoppable(), Stage(root, voice) as stage:
            for scene in SCENES:
                scene(stage)
    except (NotAsExpected, OSError) as error:
        voice.failure(str(error))
        return FAILED
    except KeyboardInterrupt:
        voice.failure("stopped; everything was cleaned up")
        return STOPPED
    voice.success(
        f"Everything worked, in {monotonic() - began:.0f} s. For your own machines: [store] url in the settings, then "
        "interlock store move"
    )
    return DONE
