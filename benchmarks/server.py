"""The server's start time and memory, compared with an empty server with one tool on the same library."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.measuring import Ratio, report

ROOT = Path(__file__).parents[1]
TIMES = 7
EMPTY = """
from mcp.server.mcpserver import MCPServer
server = MCPServer("empty")
@server.tool()
def nothing() -> str:
    "Does nothing."
    return ""
server.run("stdio")
"""
OPENING = (
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "b", "version": "1"}},
    },
    {"jsonrpc": "2.0", "method": "notifications/initialized"},
    {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
)


class Start(NamedTuple):
    """One start: seconds until the tools were listed, and the mebibytes in memory then."""

    seconds: float
    memory: float


def measure() -> list[Ratio]:
    """Both servers, started in turns, each in its own repository."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "init", "--quiet", folder], check=True)
        commands = ([sys.executable, "-I", "-S", str(ROOT / "bin" / "serve.py")], [sys.executable, "-I", "-c", EMPTY])
        starts = [[_start(command, folder) for command in commands] for _ in range(TIMES)]
    ours, empty = ([pair[which] for pair in starts] for which in (0, 1))
    return [
        Ratio("Server, start to tools/list", _median(ours, 0) * 1e3, _median(empty, 0) * 1e3, "ms", 0.1),
        Ratio("Server, memory before the first tool call", _median(ours, 1), _median(empty, 1), "MiB", 0.3),
    ]


def _median(starts: list[Start], field: int) -> float:
    return median(start[field] for start in starts)


def _start(command: list[str], directory: str) -> Start:
    env = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "CLAUDE_PROJECT_DIR": directory}
    began = time.perf_counter()
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, cwd=directory, env=env
    ) as server:
        assert server.stdin is not None and server.stdout is not None
        server.stdin.write(b"".join(json.dumps(message).encode() + b"\n" for message in OPENING))
        server.stdin.flush()
        while json.loads(server.stdout.readline()).get("id") != OPENING[2]["id"]:
            pass
        seconds = time.perf_counter() - began
        status = Path(f"/proc/{server.pid}/status").read_text()
        server.stdin.close()
    kib = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    return Start(seconds, kib / 1024)


if __name__ == "__main__":
    report(measure())
