"""Do the README and the pages in docs/ say what is true? Their commands are run, their settings read."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main

from mcp_server.adapters.settings.settings_file import read_settings, unknown_settings
from mcp_server.cli.main import app
from mcp_server.domain.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
FOR_DEVELOPERS = ("architecture.md",)
PAGES = [
    ROOT / "README.md",
    *(page for page in sorted((ROOT / "docs").glob("*.md")) if page.name not in FOR_DEVELOPERS),
]
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
README_BYTES, PAGE_BYTES = 8_000, 10_000
NOT_RUN = {"demo", "launch", "attach", "stop", "watch", "work", "workflow save", "workflow export"}
NOT_RUN |= {"store move", "store setup", "store demo"}
"""They start or need sessions, a workflow of a name, or a database; that their words are valid is checked anyway."""
TASKS = [{"id": name, "title": name, "scope": [f"src/{name}"]} for name in ("T1", "T3", "T4", "auth")]


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose(page: Path) -> str:
    """The page without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", text(page), flags=re.MULTILINE | re.DOTALL)


def section(page: Path, heading: str) -> str:
    """What stands under the title of a page, if it is this one."""
    title, _, rest = text(page).partition("\n")
    return rest if title == f"# {heading}" else ""


def commands(page: Path) -> list[str]:
    """What the page tells to type: each `interlock …` in a line of code, or in a block of shell."""
    inline = re.findall(r"`((?:make [^|`]*\| )?interlock [^`]+)`", prose(page))
    blocks = re.findall(r"^```(?:sh|bash)\n(.*?)^```$", text(page), re.MULTILINE | re.DOTALL)
    lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    typed = [line.removeprefix("bin/") for line in lines if re.match(r"(?:bin/)?interlock ", line)]
    named = re.findall(r"^\| `([a-z-]+(?: [a-z-]+)?)(?: [^`]*)?`", section(page, "The command line"), re.MULTILINE)
    return [re.sub(r"^make .*\| ", "", command) for command in [*inline, *typed]] + [f"{name} --help" for name in named]


def words(command: str) -> list[str]:
    """The words of a command, with a value where the page has a placeholder."""
    said = shlex.split(command.removeprefix("interlock "))
    values = {"TASK": "T1", "ID": "T1", "NAME": "T1", "COMMAND": "ls", "PATH": "src/a", "…": "x"}
    return [values.get(word, word) for word in said]


CALLS = sorted(
    (page, command) for command, page in {said: page.name for page in PAGES for said in commands(page)}.items()
)
"""Each command once, with the last of the pages that it is on."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository in use, with the tasks that the pages speak of."""
    root = tmp_path_factory.mktemp("shop")
    identity = ("-c", "user.name=p", "-c", "user.email=p@localhost")
    for git in (["init", "--quiet", "-b", "main"], [*identity, "commit", "--quiet", "--allow-empty", "-m", "start"]):
        subprocess.run(["git", "-C", str(root), *git], check=True)
    (root / "src").mkdir()
    (root / "src" / "shop.py").write_text("PRICE = 1\n")
    ran = run(root, ["plan", "-"], given=json.dumps({"tasks": TASKS}))
    assert ran.returncode == 0, ran.stderr
    for name in ("T1", "T3"):
        assert run(root, ["worktree", "add", name]).returncode == 0
    return root


def run(directory: Path, arguments: list[str], given: str = "") -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "CLAUDE"))}
    return subprocess.run(
        [sys.executable, "-I", str(ROOT / "mcp_server"), *arguments],
        cwd=directory,
        env=kept | {"LOGNAME": "pat"},
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )


def test_the_pages_name_commands() -> None:
    assert len(CALLS) > 40


@pytest.mark.parametrize(("page", "command"), CALLS)
def test_a_command_of_a_page_can_be_typed(shop: Path, page: str, command: str) -> None:
    arguments = words(command)
    if NOT_RUN & {arguments[0], " ".join(arguments[:2])} or {"--watch", "--web"} & set(arguments):
        arguments = [*arguments[: arguments.index("--") if "--" in arguments else None], "--help"]

    ran = run(shop, arguments)

    assert ran.returncode in (0, 1), f"{page}: {command}: {ran.stdout}{ran.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_settings_of_a_page_are_read(tmp_path: Path, page: Path) -> None:
    blocks = re.findall(r"^```toml\n(.*?)^```$", text(page), re.MULTILINE | re.DOTALL)
    lines = re.findall(r"`([a-z_]+ = (?:\"[^`\"]*\"|\[[^`\]]*\]|\w+))`", prose(page))
    for number, said in enumerate([*blocks, *lines]):
        file = tmp_path / f"{number}.toml"
        inside = re.match(r"(days|events|style|check|push|prepare|setup|plan_first|local) ", said)
        heads = {
            "days": "retention",
            "events": "retention",
            "prepare": "worktree",
            "setup": "worktree",
            "plan_first": "teams",
            "local": "routing",
        }
        head = f"[{heads.get(inside[1], 'merge')}]\n" if inside else ""
        file.write_text(head + said)
        read_settings(str(file))
        assert unknown_settings(str(file)) == [], said


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_short_and_its_links_lead_somewhere(page: Path) -> None:
    assert len(text(page).encode()) <= (README_BYTES if page.name == "README.md" else PAGE_BYTES)
    links = re.findall(r'(?:src="|\]\()(?!https?:|#)([^")]+)', text(page))
    assert [link for link in links if not (page.parent / link).is_file()] == []


def test_every_page_is_linked_from_the_readme() -> None:
    linked = set(re.findall(r"\]\(docs/([a-z-]+\.md)\)", text(ROOT / "README.md")))
    assert linked == {page.name for page in PAGES[1:]} | set(FOR_DEVELOPERS)


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


def test_every_command_is_in_the_table_with_options_that_it_has() -> None:
    table = section(ROOT / "docs/command-line.md", "The command line")
    rows = re.findall(r"^\| `([a-z-]+)(.*)$", table, re.MULTILINE)
    offered: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # it is a group
    assert {name for name, _ in rows} == {name for name, command in offered.items() if not command.hidden}
    for name, row in rows:
        known = {
            word for command in _with_subcommands(offered[name]) for option in command.params for word in option.opts
        }
        assert set(re.findall(r"`(--[a-z-]+)", row)) <= known, name


def _with_subcommands(command: Any) -> list[Any]:
    return [command, *getattr(command, "commands", {}).values()]


def test_every_setting_is_in_the_table_with_its_default() -> None:
    table = section(ROOT / "docs/settings.md", "Settings")
    rows = re.findall(r"^\| (`.+?`(?:, `.+?`)*) \| (.*?) \|", table, re.MULTILINE)
    told = {name: default.strip("`") for names, default in rows for name in re.findall(r"`(\w+)`", names)}
    assert set(told) == set(Settings._fields)
    defaults = Settings()
    assert told["mode"] == f'"{defaults.mode}"'
    assert told["unclaimed"] == f'"{defaults.unclaimed}"'
    assert told["lease_minutes"] == f"{defaults.lease_minutes:g}"
    assert told["open"] == str(list(defaults.open))


def example() -> list[tuple[str, str]]:
    """The commands of the example, each with what it prints."""
    [block] = re.findall(r"```console\n(.*?)```", text(ROOT / "README.md"), re.DOTALL)
    steps = []
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, *rest = part.rstrip("\n").split("\n")
        more = [line.removeprefix("> ") for line in rest if line.startswith("> ")]
        steps.append(("\n".join([command, *more]), "\n".join(line for line in rest if not line.startswith("> "))))
    return steps


def launcher() -> str:
    """A command `interlock` that starts this very code."""
    return f'#!/bin/sh\nexec "{sys.executable}" -I "{ROOT / "mcp_server"}" "$@"\n'
