"""Runs the demo: the scenes one after the other, each with its expectations."""

from __future__ import annotations

from pathlib import Path

from mcp_server.demo import beginning, ending, working
from mcp_server.demo.playing import play
from mcp_server.demo.stage import Stage

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
    return play(
        lambda voice: Stage(root, voice),
        SCENES,
        then="To use Interlock in your repository: interlock init",
        trouble="\n`interlock doctor` may find the cause.",
    )
