"""The demo: the scenes one after the other, each held against what it should come to."""

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
    beginning.arrive,
    beginning.plan,
    beginning.race,
    working.keep_apart,
    working.share,
    ending.take_over,
    ending.tell,
    ending.account,
)


def run(root: Path) -> int:
    """Play the demo with the copy of Interlock in `root`; 0 when all went as it should, and nothing stays behind."""
    voice = Voice()
    began = monotonic()
    try:
        with stoppable(), Stage(root, voice) as stage:
            for scene in SCENES:
                scene(stage)
    except (NotAsExpected, OSError) as error:
        voice.failure(f"{error}\n`interlock doctor` looks for the cause.")
        return FAILED
    except KeyboardInterrupt:
        voice.failure("stopped; everything was put away")
        return STOPPED
    voice.success(f"All went as it should, in {monotonic() - began:.0f} s. In your repository: interlock init")
    return DONE
