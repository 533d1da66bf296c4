"""Does the README say what is true?"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import typer.main

from mcp_server.cli.main import app
from mcp_server.domain.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def test_the_example_prints_what_it_says(tmp_path: Path) -> None:
    steps = example()
    assert len(steps) > 1
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "interlock"
    command.write_text(launcher(), encoding="utf-8")
    command.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "CLAUDE_"))}
    env = {**kept, "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path)}
    script = "\n".join(f"{command}\necho ======" for command, _ in steps)
    done = subprocess.run(
        ["/bin/sh", "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=150
    )
    printed = [INSTANT.sub("INSTANT", part.strip("\n")) for part in done.stdout.split("======\n")]
    assert printed[:-1] == [INSTANT.sub("INSTANT", expected) for _, expected in steps], done.stderr


def test_every_command_is_in_the_table() -> None:
    offered = {name for name, command in typer.main.get_command(app).commands.items() if not command.hidden}  # type: ignore[attr-defined]
    assert offered
    assert set(first_words("Command line")) == offered


def test_every_setting_is_in_the_table_with_its_default() -> None:
    rows = re.findall(r"^\| (`.+?`(?:, `.+?`)*) \| (.*?) \|", section("Settings"), re.MULTILINE)
    told = {name: default.strip("`") for names, default in rows for name in re.findall(r"`(\w+)`", names)}
    assert set(told) == set(Settings._fields)
    defaults = Settings()
    assert told["mode"] == f'"{defaults.mode}"'
    assert told["unclaimed"] == f'"{defaults.unclaimed}"'
    assert told["lease_minutes"] == f"{defaults.lease_minutes:g}"
    assert told["open"] == str(list(defaults.open))


def test_every_picture_and_file_that_it_shows_is_there() -> None:
    shown = re.findall(r'(?:src="|\]\()(?!https?:|#)([^")]+)', README)
    assert shown
    assert [path for path in shown if not (ROOT / path).is_file()] == []


def section(heading: str) -> str:
    """What stands under a heading."""
    return README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def first_words(heading: str) -> list[str]:
    """The first word of each row of the table under a heading."""
    return re.findall(r"^\| `([a-z-]+)", section(heading), re.MULTILINE)


def example() -> list[tuple[str, str]]:
    """The commands of the example, each with what it prints."""
    [block] = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    steps = []
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, *rest = part.rstrip("\n").split("\n")
        more = [line.removeprefix("> ") for line in rest if line.startswith("> ")]
        steps.append(("\n".join([command, *more]), "\n".join(line for line in rest if not line.startswith("> "))))
    return steps


def launcher() -> str:
    """A command `interlock` that starts this very code."""
    return f'#!/bin/sh\nexec "{sys.executable}" -I "{ROOT / "mcp_server"}" "$@"\n'
