"""Starts racers together, gives them the word when all are ready, and collects what they got."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.races.machines.places import place

ROOT = Path(__file__).parents[2]


class Racer:
    """One process that races; `start` starts it, on this machine or on another one."""

    def __init__(
        self, part: str, file: Path, name: str, *options: str, start: Callable[..., subprocess.Popen[str]] | None = None
    ) -> None:
        self.process = (start or subprocess.Popen)(
            [sys.executable, "-m", "tests.races.racer", part, str(file), name, *options],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def until_ready(self) -> None:
        """Wait until it has prepared all; fails with its last words if it never does."""
        assert self.process.stdout is not None
        if self.process.stdout.readline() != "ready\n":
            raise AssertionError(self.process.communicate()[1])

    def go(self) -> None:
        """Give it the word."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def result(self) -> Any:
        """What it got; fails with its last words if it failed."""
        said, complaints = self.process.communicate()
        assert self.process.returncode == 0, complaints
        return json.loads(said)

    def end(self) -> None:
        """See that nothing of it is left, whether it has ended or not."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()

    def kill(self) -> None:
        """End it without giving it a chance to clean up."""
        self.process.kill()
        self.process.communicate()


def race(part: str, file: Path, runners: int, *options: str) -> list[Any]:
    """Let that many processes do the same at the same time; what each got."""
    racers = [Racer(part, place(file, number), f"racer{number}", *options) for number in range(runners)]
    try:
        for racer in racers:
            racer.until_ready()
        for racer in racers:
            racer.go()
        return [racer.result() for racer in racers]
    finally:
        for racer in racers:
            racer.end()
