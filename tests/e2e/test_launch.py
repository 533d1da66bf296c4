"""Sessions that are launched in worktrees of their own, in panes of a real tmux: each stays in its worktree."""

from __future__ import annotations

import base64
import json
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import Conversation, ScriptedModel
from tests.e2e.harness.plugin import TOOL, settle
from tests.e2e.harness.processes import eventually
from tests.e2e.harness.steps import once_told, tool, tool_at, write
from tests.e2e.harness.tmux_repo import FOR_THE_CLIENT, TmuxRepo
from tests.e2e.harness.turns import Step, after, announcing, call, meeting, say
from tests.sandbox.sandbox_repo import CAN_CONFINE

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
TOLD = "urgent: conflict with "
TASKS = (("ALPHA login", "src/auth/**"), ("BRAVO routes", "src/api/**"), ("CHARLIE docs", "docs/**"))


@pytest.fixture
def tmux_repo(client: ClaudeClient, repo: Path) -> Iterator[TmuxRepo]:
    settle(client.home)
    folder = Path(tempfile.mkdtemp(prefix="il-"))  # a socket's path must be short
    made = TmuxRepo(client, repo, folder)
    yield made
    made.close()
    shutil.rmtree(folder)


def tree(repo: Path, task: str, title: str) -> Path:
    return repo / ".claude" / "worktrees" / "-".join([task, *title.lower().split()])


def bash(command: str) -> Step:
    return call("Bash", command=command, description="Try")


def test_three_sessions_each_stay_in_their_own_worktree(tmux_repo: TmuxRepo, model: ScriptedModel, repo: Path) -> None:
    trees = [tree(repo, f"T{number}", title) for number, (title, _) in enumerate(TASKS, 1)]
    begun, ended, turns = threading.Barrier(3), threading.Barrier(3), [threading.Event() for _ in range(2)]

    def worker(number: int) -> Conversation:
        marker, folder = TASKS[number][0].split()[0], TASKS[number][1].removesuffix("/**")
        own, others = trees[number], [trees[(number + 1) % 3], repo]
        hidden = base64.b64encode(f"open('{others[1]}/{folder}/code.py', 'w').write('x')".encode()).decode()
        return model.script(
            marker,
            tool_at(begun, "claim_task", task_id=f"T{number + 1}"),
            write(own / folder / "mine.py"),
            write(own / "pyproject.toml"),
            *(write(other / folder / "stray.py") for other in others),
            *(bash(f"mkdir -p {other}/{folder} && echo x > {other}/{folder}/bash.py") for other in others),
            bash(f"python3 -c \"import base64; exec(base64.b64decode('{hidden}'))\" || echo kept"),
            bash(f"echo more >> {folder}/mine.py && git add {folder} && git commit -qm Work && git log -1 --format=%s"),
            *(changes_the_readme(own, marker, turns, number) if number < 2 else ()),
            tool("update_task", task_id=f"T{number + 1}", status="done"),
            meeting(ended, say("Done.")),
        )

    tmux_repo.plan(*TASKS)
    (repo / "docs").mkdir()
    workers = [worker(number) for number in range(3)]

    launched = tmux_repo.launch()

    assert launched.code == 0, launched
    assert {part["task"]: (part["state"], part["worktree"]) for part in launched.json["sessions"]} == {
        f"T{number}": ("working", str(path)) for number, path in enumerate(trees, 1)
    }
    eventually(lambda: all(each.finished for each in workers), "the end of the work", 150)
    for number, each in enumerate(workers):
        keeps_to_its_own(each, trees[number], number)
    assert [path for path in repo.rglob("*") if path.name in ("stray.py", "bash.py", "code.py")] == []
    for one, other in ((0, "T2-bravo-routes"), (1, "T1-alpha-login")):
        assert f"{TOLD}{other} on README.md" in workers[one].shown
    assert_merges(tmux_repo, repo)
    assert tmux_repo.interlock("stop", "--all", "--json").code == 0
    assert tmux_repo.tmux("list-sessions") == ""


def changes_the_readme(own: Path, marker: str, turns: list[threading.Event], number: int) -> list[Step]:
    """Both need a file, one after the other, each in its own worktree; and neither ends before it was notified."""
    change = [
        call("Read", file_path=str(own / "README.md")),
        write(own / "README.md", f"# {marker}\n"),
        tool("unlock_resource", resource="path:README.md"),
        bash(f"git add README.md && git commit --quiet -m {marker}"),
    ]
    lock = tool("lock_resource", resource="path:README.md")
    first = [lock] if number == 0 else [after(turns[0], lock)]
    last = announcing(turns[number], once_told(TOLD))
    return [*first, *change, last]


def assert_merges(tmux_repo: TmuxRepo, repo: Path) -> None:
    """Two of the branches are merged; the third is refused with the reason, and everything stays as it was."""
    for task in ("T3", "T1"):
        merged = tmux_repo.interlock("merge", task, "--json")
        assert (merged.code, merged.json["merged"]) == (0, True), merged
    refused = tmux_repo.interlock("merge", "T2", "--json")
    assert (refused.code, refused.json["merged"]) == (1, False)
    assert "README.md" in refused.out
    assert (repo / "README.md").read_text() == "# ALPHA\n"
    assert (repo / "docs" / "mine.py").exists()
    assert not (repo / "src" / "api" / "mine.py").exists()


def keeps_to_its_own(worker: Conversation, own: Path, number: int) -> None:
    assert worker.result(f"{TOOL}claim_task").structured["granted"]
    mine, outside, *strayed = worker.results("Write")[:4]
    assert not mine.is_error
    assert outside.is_error
    assert "lies outside your scope" in outside.text
    tried = [result for result in worker.results("Bash") if "no output" not in result.text]
    *commands, code, committed = tried[:4]
    for refused in (*strayed, *commands):
        assert refused.is_error
        assert f"Your own worktree is {own}" in refused.text
    if CAN_CONFINE:
        assert "kept" in code.text
    assert "Work" in committed.text
    assert (own / TASKS[number][1].removesuffix("/**") / "mine.py").read_text() == "mine\nmore\n"
    assert worker.result(f"{TOOL}update_task").structured["task"]["status"] == "done"


def test_launching_again_after_a_kill_continues_and_never_starts_a_second_session(
    tmux_repo: TmuxRepo, model: ScriptedModel
) -> None:
    started, told = threading.Event(), threading.Event()
    alpha = model.script("ALPHA", announcing(started, after(told, say("Done."))))
    tmux_repo.plan(TASKS[0])
    killed = tmux_repo.start("launch", "T1", "--", *FOR_THE_CLIENT)
    eventually(lambda: "launches/" in tmux_repo.tmux("list-panes", "-a", "-F", "#{pane_start_command}"), "a pane")
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert started.wait(90)

    again = tmux_repo.launch("T1")

    told.set()
    [session] = again.json["sessions"]
    assert (session["anew"], session["state"]) == (False, "working")
    assert len(tmux_repo.tmux("list-panes", "-a").splitlines()) == 1
    [stopped] = tmux_repo.interlock("stop", "T1", "--json").json["stopped"]
    assert stopped["had_begun"]
    assert '"holder"' not in tmux_repo.interlock("board", "--json").out.partition('"claims"')[0]
    assert len({str(request.body["metadata"]) for request in alpha.requests}) == 1


def test_a_background_session_holds_the_claim_from_its_start(
    tmux_repo: TmuxRepo, client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    # The client's service gets nothing from the environment of whoever starts a session.
    file = client.home / ".claude" / "settings.json"
    given = {name: client.env[name] for name in ("ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY")}
    file.write_text(json.dumps({**json.loads(file.read_text()), "env": given}))
    told = threading.Event()
    own = tree(repo, "T1", TASKS[0][0])
    alpha = model.script(
        "ALPHA",
        tool("claim_task", task_id="T1"),
        write(own / "src/auth/mine.py"),
        write(repo / "src/auth/stray.py"),
        announcing(told, say("Done.")),
    )
    tmux_repo.plan(TASKS[0], tier="haiku")

    [session] = tmux_repo.launch("T1", "--background").json["sessions"]

    assert session["state"] == "working"
    assert told.wait(90)
    assert alpha.result(f"{TOOL}claim_task").structured["granted"]
    assert all("haiku" in request.body["model"] for request in alpha.requests)
    mine, other_worktree = alpha.results("Write")
    assert (mine.is_error, other_worktree.is_error) == (False, True)
    assert tmux_repo.launch("T1").json["sessions"][0]["anew"] is False
    assert tmux_repo.interlock("stop", "T1").code == 0
    assert tmux_repo.interlock("stop", "--all", "--json").json["stopped"] == []
