"""Builds that fail on somebody else's half-done edit, on the real client with real compilers."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.e2e.conftest import clients_cache
from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import Conversation, ScriptedModel
from tests.e2e.harness.plugin import ROOT, TOOL, settle
from tests.e2e.harness.steps import plan, tool, tool_at, write
from tests.e2e.harness.turns import Request, Step, Turn, after, announcing, call, meeting, once_offered, say


class Language(NamedTuple):
    """A file that one agent leaves half edited, its finished text, and the command that compiles everything."""

    path: str
    broken: str
    finished: str
    own_path: str
    command: str


PYTHON = Language(
    "src/api/money.py",
    "def total(items:\n",
    "def total(items):\n    return sum(items)\n",
    "src/auth/own.py",
    'python3 -c \'import pathlib as p; [compile(f.read_text(), str(f), "exec") for f in p.Path().rglob("*.py")]\'',
)
TYPESCRIPT = Language(
    "src/api/money.ts",
    "export function total(items: number[]): number {\n",
    "export const total = 1;\n",
    "src/auth/own.ts",
    "node {tsc} --noEmit --strict src/api/money.ts $(ls src/auth/*.ts 2>/dev/null)",
)


@pytest.fixture(autouse=True)
def settled(client: ClaudeClient) -> None:
    settle(client.home)


@pytest.fixture(params=["python", "typescript"])
def language(request: pytest.FixtureRequest) -> Language:
    if request.param == "python":
        return PYTHON
    compiler = clients_cache() / "npm-tools" / "node_modules" / "typescript" / "lib" / "tsc.js"
    if not compiler.exists():
        missing = "the TypeScript compiler is not installed; script/npm-tools installs it"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return TYPESCRIPT._replace(command=TYPESCRIPT.command.format(tsc=compiler))


def build(language: Language) -> Step:
    return call("Bash", command=language.command, description="Build")


def test_a_build_that_fails_on_the_edit_of_another_is_recognised_and_passes_later(
    client: ClaudeClient, model: ScriptedModel, repo: Path, language: Language
) -> None:
    claimed, failed, fixed, told = threading.Barrier(2), threading.Event(), threading.Event(), threading.Event()
    holder = model.script(
        "HOLDER",
        plan("src/api/**", "src/auth/**"),
        tool("claim_task", task_id="T1"),
        write(repo / language.path, language.broken),
        meeting(claimed, after(failed, call("Bash", command="git status --short", description="Look"))),
        announcing(told, write(repo / (language.path + "x"), language.finished)),
        call("Bash", command=f"mv {language.path}x {language.path}", description="Fix"),
        announcing(fixed, say("Done.")),
    )
    builder = model.script(
        "BUILDER",
        tool_at(claimed, "claim_task", task_id="T2"),
        build(language),
        announcing(failed, after(fixed, build(language))),
        write(repo / language.own_path, language.broken),
        build(language),
        say("Done."),
    )

    first = client.start("HOLDER begins", cwd=repo, plugin_dir=ROOT, name="holder")
    client.run("BUILDER begins", cwd=repo, plugin_dir=ROOT, name="builder")
    first.finish()

    broken, finished, own = builder.results("Bash")[-3:]
    assert (broken.is_error, finished.is_error, own.is_error) == (True, False, True)
    at_first = builder.requests[_after(builder, broken.tool_use_id)].context
    assert f"in {language.path}, which holder (task T1) is editing: last edit" in at_first
    assert (
        "There are no errors in your own files. Wait 30 s and run the same command again; don't change that file."
        in at_first
    )
    assert builder.shown.count("which holder") == 1, "its own error is its own"
    assert f"builder is waiting for {language.path}" in holder.shown
    assert (repo / language.path).read_text() == language.finished


def _after(side: Conversation, call_id: str) -> int:
    """The first request in which the model was shown the outcome of a call."""
    shown = (any(result.tool_use_id == call_id for result in request.results) for request in side.requests)
    return next(number for number, there in enumerate(shown) if there)


def test_after_three_failures_the_holder_is_asked_and_the_agent_works_on_something_else(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    """Runs at once are no attempts, and another command has attempts of its own."""
    ready, tried = threading.Barrier(2), threading.Event()
    parse = f'import ast; ast.parse(open("{PYTHON.path}").read(), "{PYTHON.path}")'
    other = call("Bash", command=f"python3 -c '{parse}'", description="Parse")
    waiting(repo, 600)

    def build_without_waiting(_: Request) -> Turn:
        waiting(repo, 0)
        return call("Bash", command=PYTHON.command, description="Build")

    holder = model.script(
        "HOLDER",
        plan("src/api/**", "src/auth/**"),
        tool("claim_task", task_id="T1"),
        write(repo / PYTHON.path, PYTHON.broken),
        meeting(ready, after(tried, call("Bash", command="git status --short", description="Look"))),
        tool("read_messages"),
        say("Done."),
    )
    builder = model.script(
        "BUILDER",
        tool_at(ready, "claim_task", task_id="T2"),
        *[build(PYTHON)] * 3,
        build_without_waiting,
        *[other] * 2,
        build(PYTHON),
        announcing(tried, say("Done.")),
    )

    first = client.start("HOLDER begins", cwd=repo, plugin_dir=ROOT, name="holder")
    client.run("BUILDER begins", cwd=repo, plugin_dir=ROOT, name="builder")
    first.finish()

    told = builder.shown
    assert told.count("Wait 600 s and run the same command again") == 3, "nobody waited in between"
    assert told.count("Wait 0 s and run the same command again") == 3
    assert told.count("This was attempt 3, and the errors were sent to holder. Do work") == 1
    assert f"Message from builder: builder is still waiting for {PYTHON.path}" in holder.shown
    assert "It has failed 3 times." in holder.shown
    assert "SyntaxError" in holder.shown or "was never closed" in holder.shown


def waiting(repo: Path, seconds: int) -> None:
    """How long an agent is told to wait from now on."""
    file = repo / ".claude" / "interlock.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"retry_seconds = {seconds}\n")


def fix(path: str) -> Turn:
    """The file is finished by a command, which need not have read it."""
    return call("Bash", command=f"printf 'def total(items):\\n    return sum(items)\\n' > {path}", description="Fix")


def test_nobody_is_waited_for_who_is_not_at_it_any_more(client: ClaudeClient, model: ScriptedModel, repo: Path) -> None:
    """The holder was killed; it gave its task back; it finished it; and a file that nobody ever held."""
    killed, taken, fixed = threading.Event(), threading.Event(), threading.Event()
    given_back, seen, finished = threading.Event(), threading.Event(), threading.Event()
    web, lib = repo / "src/web/page.py", repo / "lib.py"

    def build_after_somebody_broke_lib(_: Request) -> Turn:
        lib.write_text(PYTHON.broken)
        return call("Bash", command=PYTHON.command, description="Build")

    model.script(
        "VICTIM",
        plan("src/api/**", "src/auth/**", "src/web/**"),
        tool("claim_task", task_id="T1"),
        write(repo / PYTHON.path, PYTHON.broken),
        announcing(taken, after(killed, say("never said"))),
    )
    model.script(
        "HOLDER",
        once_offered(f"{TOOL}claim_task", after(fixed, call(f"{TOOL}claim_task", task_id="T3"))),
        write(web, PYTHON.broken),
        tool("update_task", task_id="T3", status="released"),
        announcing(given_back, after(seen, tool("claim_task", task_id="T3"))),
        tool("update_task", task_id="T3", status="done"),
        announcing(finished, say("Done.")),
    )
    builder = model.script(
        "BUILDER",
        tool("claim_task", task_id="T2"),
        build(PYTHON),
        tool("claim_task", task_id="T1"),
        fix(PYTHON.path),
        announcing(fixed, after(given_back, build(PYTHON))),
        announcing(seen, after(finished, build(PYTHON))),
        tool("lock_resource", resource="path:src/web/page.py"),
        fix("src/web/page.py"),
        build_after_somebody_broke_lib,
        say("Done."),
    )

    dying = client.start("VICTIM begins", cwd=repo, plugin_dir=ROOT, name="victim")
    assert taken.wait(90)
    dying.kill()
    killed.set()
    building = client.start("BUILDER begins", cwd=repo, plugin_dir=ROOT, name="builder")
    client.run("HOLDER begins", cwd=repo, plugin_dir=ROOT, name="holder")
    building.finish()

    told = builder.shown
    assert f"in {PYTHON.path}, which victim (task T1) held and has ended: last edit" in told
    assert 'claim_task(task_id="T1") takes over the task' in told
    assert builder.results(f"{TOOL}claim_task")[-1].structured["granted"]
    assert "in src/web/page.py, which nobody holds: holder gave back T3" in told
    assert (
        'claim_task(task_id="T3") takes the task over; lock_resource("path:src/web/page.py") this file alone.' in told
    )
    assert "in src/web/page.py, which nobody holds: holder finished T3" in told
    assert web.read_text() == PYTHON.finished, "the lock is the right to fix it"
    assert 'in lib.py, which nobody holds. lock_resource("path:lib.py") lets you fix it' in told
    assert "run the same command again" not in told
