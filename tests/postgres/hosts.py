"""Hosts of their own on this machine: each a network namespace with a name, and a link to the rest that can be cut.

`with network("build-1", "build-2") as (one, two)`: a server that listens on every address is at `one.gateway` for
what `one.start(…)` runs. Only root can make them; elsewhere the test is skipped, and says so.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import uuid
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

NETWORK = "10.213.0.0/16"
"""Where all of these hosts are: a server that listens on every address lets them in with `open_to(NETWORK)`."""
OPEN = f"host all all {NETWORK} trust"
"""A line for `Server.access`: hosts need no password."""
BLOCKS = 16_384


class Host:
    """A host with a name, whose one link leads to this machine."""

    def __init__(self, name: str, block: int) -> None:
        self.name = name
        self._space = f"ilk-{uuid.uuid4().hex[:8]}"
        self._here, self._there = f"{self._space}h", f"{self._space}t"
        first = 0x0AD50000 + block * 4
        self.gateway, self.address = _dotted(first + 1), _dotted(first + 2)

    def start(self, command: Sequence[str | Path], **options: Any) -> subprocess.Popen[str]:
        """Run this there; whoever asks for the name of the machine gets that of the host."""
        named = ["unshare", "--uts", "sh", "-c", 'hostname "$0" && exec "$@"', self.name, *map(str, command)]
        return subprocess.Popen(["ip", "netns", "exec", self._space, *named], text=True, **options)

    def run(self, command: Sequence[str | Path], **options: Any) -> subprocess.CompletedProcess[str]:
        """Run this there to its end."""
        with self.start(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options) as process:
            output, errors = process.communicate()
        return subprocess.CompletedProcess(list(command), process.returncode, output, errors)

    def cut(self) -> None:
        """Pull the plug: whatever is sent is lost, and nobody is told."""
        self._inside("ip", "link", "set", self._there, "down")

    def restore(self) -> None:
        """Put the plug back in."""
        self._inside("ip", "link", "set", self._there, "up")
        self._inside("ip", "route", "replace", "default", "via", self.gateway)

    def make(self) -> None:
        """Make the host with its link."""
        _ip("netns", "add", self._space)
        _ip("link", "add", self._here, "type", "veth", "peer", "name", self._there, "netns", self._space)
        _ip("addr", "add", f"{self.gateway}/30", "dev", self._here)
        _ip("link", "set", self._here, "up")
        self._inside("ip", "addr", "add", f"{self.address}/30", "dev", self._there)
        self._inside("ip", "link", "set", "lo", "up")
        self.restore()

    def remove(self) -> None:
        """End the host; its link goes with it."""
        subprocess.run(["ip", "link", "delete", self._here], check=False, capture_output=True)
        subprocess.run(["ip", "netns", "delete", self._space], check=False, capture_output=True)

    def _inside(self, *command: str) -> None:
        _ip("netns", "exec", self._space, *command)


@contextlib.contextmanager
def network(*names: str) -> Iterator[tuple[Host, ...]]:
    """Hosts of these names, as long as they are needed."""
    _need_namespaces()
    # Each run, and each worker of one, takes addresses of its own.
    made = [Host(name, (os.getpid() * 8 + number) % BLOCKS) for number, name in enumerate(names)]
    try:
        for host in made:
            host.make()
        yield tuple(made)
    finally:
        for host in made:
            host.remove()


@cache
def _why_not() -> str | None:
    name = f"ilk-try-{os.getpid()}"
    tried = subprocess.run(["unshare", "--net", "--uts", "ip", "link"], check=False, capture_output=True, text=True)
    if tried.returncode == 0:
        tried = subprocess.run(["ip", "netns", "add", name], check=False, capture_output=True, text=True)
        subprocess.run(["ip", "netns", "delete", name], check=False, capture_output=True)
    return None if tried.returncode == 0 else tried.stderr.strip() or "ip netns add fails"


def _need_namespaces() -> None:
    try:
        why = _why_not()
    except OSError as error:
        why = str(error)
    if why is not None:
        pytest.skip(f"no hosts can be made here: {why}")


def _ip(*arguments: str, environment: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(["ip", *arguments], check=False, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, f"ip {' '.join(arguments)}: {done.stderr}"


def _dotted(number: int) -> str:
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
