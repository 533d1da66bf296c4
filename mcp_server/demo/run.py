"""Runs the demo: the scenes one after the other, each with its expectations."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

from mcp_server.demo import beginning, ending, working
from mcp_server.demo.expecting import NotAsExpected
from mcp_server.demo.stage import Stage
from mcp_server.demo.stopping import stoppable
from mcp_server.demo.voice import Voice

DONE, FAILED, STOPPED = 0, 3, 130
SCENES = (
    beginning.start,
    beginning.plan,
    beginning.race,
    working.keep_apart,
    working.share,
    ending.take_over,
    ending.share_knowledge,
    ending.check_result,
)


def run(root: Path) -> int:
    """Run the demo with the copy of Interlock in `root`; returns 0 if it worked, and leaves nothing behind."""
    voice = Voice()
    began = monotonic()
    try:
        with stoppable(), Stage(root, voice) as stage:
            for scene in SCENES:
                scene(stage)
    except (NotAsExpected, OSError) as error:
        voice.failure(f"{error}\n`interlock doctor` may find the cause.")
        return FAILED
    except KeyboardInterrupt:
        voice.failure("stopped; everything was cleaned up")
        return STOPPED
    voice.success(
        f"Everything worked, in {monotonic() - began:.0f} s. To use Interlock in your repository: interlock init"
    )
    return DONE
