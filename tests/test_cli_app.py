"""What is loaded for a command: a client waits for the server, which needs nothing of the command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def loaded(folder: Path, *words: str) -> set[str]:
    """The modules that a command loads, its input being at its end."""
    command = [sys.executable, "-X", "importtime", "-I", str(ROOT / "mcp_server"), *words]
    done = subprocess.run(command, cwd=folder, input="", capture_output=True, text=True, check=True)
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}


def test_the_server_loads_nothing_of_the_command_line(tmp_path: Path) -> None:
    modules = loaded(tmp_path, "serve")
    assert "mcp_server.tools.server" in modules
    assert {name for name in modules if name.startswith(("typer", "mcp_server.cli."))} == set()


def test_other_commands_load_nothing_of_the_server(tmp_path: Path) -> None:
    modules = loaded(tmp_path, "board", "--json")
    assert "mcp_server.cli.board" in modules
    assert {name for name in modules if name == "mcp" or name.startswith(("mcp.", "mcp_server.tools"))} == set()
