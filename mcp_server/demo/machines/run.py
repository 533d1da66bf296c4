"""Runs the demo of several machines: the scenes one after the other, each with its expectations."""

from __future__ import annotations

from pathlib import Path

from mcp_server.demo.machines import scenes
from mcp_server.demo.machines.stage import Stage
from mcp_server.demo.playing import play

SCENES = (scenes.meet, scenes.share_tasks, scenes.share_what_is_one, scenes.go_on_without, scenes.see_the_same)


def run(root: Path) -> int:
    """Run the demo with the copy of Interlock in `root`; returns 0 if it worked, and leaves nothing behind."""
    then = "For your own machines: [store] url in the settings, then interlock store move"
    return play(lambda voice: Stage(root, voice), SCENES, then=then)
