"""Panes of a real tmux: one session for a repository, found again, readable when they are dead."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from mcp_server.adapters.sessions.tmux import Pane, Tmux
from mcp_server.domain.launch import NotStarted
from tests.e2e.harness.processes import eventually

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
STAYS = ["/bin/sh", "-c", "echo here; exec tail -f /dev/null"]


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    folder = tempfile.mkdtemp(prefix="il-")  # a socket's path must be short
    found = {"PATH": os.environ["PATH"], "TMUX_TMPDIR": folder, "HOME": folder, "LANG": "C.UTF-8", "TERM": "xterm"}
    yield found
    subprocess.run(["tmux", "kill-server"], env=found, check=False, capture_output=True)
    shutil.rmtree(folder)


def told(environment: dict[str, str], *words: str) -> str:
    return subprocess.run(["tmux", *words], env=environment, check=True, capture_output=True, text=True).stdout


def pane(tmux: Tmux, pane_id: str) -> Pane:
    return next(each for each in tmux.panes() if each.id == pane_id)


def test_all_panes_of_a_repository_are_in_one_session(environment: dict[str, str]) -> None:
    tmux = Tmux(environment)
    assert tmux.panes() == []
    panes = [tmux.open("/state", "/x/shop", f"T{number}", f"T{number}-x", STAYS) for number in range(8)]
    assert {each.session for each in panes} == {"interlock"}
    assert [each.task for each in panes] == [f"T{number}" for number in range(8)]
    assert [each.id for each in tmux.panes()] == [each.id for each in panes], "in the order in which they were opened"


def test_another_repository_gets_a_session_with_its_name(environment: dict[str, str]) -> None:
    tmux = Tmux(environment)
    told(environment, "new-session", "-d", "-s", "interlock", "tail -f /dev/null")
    names = [tmux.open(owner, "/x/my shop.v2:ü", "T1", "T1-x", STAYS).session for owner in ("/one;", "/two", "/one;")]
    assert names == ["interlock-my-shop-v2-ü", "interlock-my-shop-v2-ü-2", "interlock-my-shop-v2-ü"]


def test_words_and_titles_arrive_as_they_are(environment: dict[str, str]) -> None:
    tmux = Tmux(environment)
    words = ["a b", "it's", "$HOME;", "#{pane_id}", "ü\\"]
    opened = tmux.open(
        "/state", "/x", "T1", "#[fg=red] it's #1;", ["/bin/sh", "-c", 'printf "<%s>" "$@"; exec cat', "sh", *words]
    )
    shown = "".join(f"<{word}>" for word in words)
    eventually(lambda: shown in tmux.text(opened.id), "the words")
    assert told(environment, "show-options", "-pqv", "-t", opened.id, "@interlock_title") == "##[fg=red] it's ##1;\n"


def test_what_was_said_before_the_end_can_still_be_read(environment: dict[str, str], tmp_path: Path) -> None:
    tmux = Tmux(environment)
    seen = tmp_path / "seen"
    os.mkfifo(seen)
    # tmux may miss the words of what ends within the moment in which it says them, so this one waits.
    command = ["/bin/sh", "-c", f"echo no such thing; read -r _ <{seen}; exit 3"]
    opened = tmux.open("/state", "/x", "T1", "T1-x", command)
    eventually(lambda: "no such thing" in tmux.text(opened.id), "its words")
    seen.write_text("yes\n")
    eventually(lambda: pane(tmux, opened.id).dead, "its end")
    assert "no such thing" in tmux.text(opened.id)
    again = tmux.open("/state", "/x", "T1", "T1-x", STAYS)
    assert [each.id for each in tmux.panes()] == [again.id]
    tmux.close(again.id)
    assert tmux.panes() == []


def test_a_pane_that_was_opened_and_never_told_what_to_run_is_put_away(environment: dict[str, str]) -> None:
    tmux = Tmux(environment)
    tmux.open("/state", "/x", "T0", "T0-x", STAYS)
    left = told(environment, "split-window", "-d", "-P", "-F", "#{pane_id}", "-t", "=interlock:", "cat").strip()
    told(environment, "set-option", "-p", "-t", left, "@interlock_task", "T1")
    opened = tmux.open("/state", "/x", "T1", "T1-x", STAYS)
    assert {each.id for each in tmux.panes()} == {"%0", opened.id}


def test_the_way_to_a_pane_attaches_and_only_switches_within_the_same_server(environment: dict[str, str]) -> None:
    opened = Tmux(environment).open("/state", "/x", "T1", "T1-x", STAYS)
    assert "attach-session" in Tmux(environment).way_to(opened)
    inside = {**environment, "TMUX": f"{opened.server},1,0"}
    assert "switch-client" in Tmux(inside).way_to(opened)
    assert Tmux(environment, opened.server).panes() == Tmux(environment).panes()


def test_without_tmux_it_says_so() -> None:
    with pytest.raises(NotStarted, match="tmux is not installed"):
        Tmux({"PATH": "/nowhere"}).panes()


def read_on(terminal: int) -> None:
    """A terminal that nobody reads is full at some time, and who writes to it waits."""
    with suppress(OSError):
        while os.read(terminal, 65_536):
            pass
    os.close(terminal)


def test_a_person_is_brought_to_the_pane(environment: dict[str, str]) -> None:
    tmux = Tmux(environment)
    first, second = (tmux.open("/state", "/x", task, task, STAYS) for task in ("T1", "T2"))
    inside = {**environment, "TMUX": f"{first.server},1,0"}
    ours, theirs = pty.openpty()
    looking = subprocess.Popen(
        tmux.way_to(first), env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    Thread(target=read_on, args=(ours,), daemon=True).start()
    shown = ["list-clients", "-F", "#{pane_id}"]
    eventually(lambda: told(environment, *shown).strip() == first.id, "the pane")

    subprocess.run(Tmux(inside).way_to(second), env=inside, check=True)

    assert told(environment, *shown).strip() == second.id
    told(environment, "kill-server")
    looking.wait()


@pytest.mark.parametrize(
    "setting",
    [
        "set -g destroy-unattached on",
        "set -g default-shell /bin/false",
        "set -g default-command 'exit 0'",
        "set -g base-index 5",
        "no such command",
    ],
)
def test_sessions_that_nobody_is_attached_to_stay_whatever_the_configuration(
    environment: dict[str, str], setting: str
) -> None:
    (Path(environment["HOME"]) / ".tmux.conf").write_text(setting + "\n")
    del environment["LANG"]  # nor need the locale be UTF-8
    tmux = Tmux(environment)
    panes = [tmux.open("/state", "/x/shop", f"T{number}", "x", STAYS).id for number in range(2)]
    eventually(lambda: all("here" in tmux.text(each) for each in panes), "both run")
    assert [(each.id, each.dead) for each in tmux.panes()] == [(each, False) for each in panes]


@pytest.mark.parametrize("setting", ["set -s exit-unattached on", "set-hook -g session-created kill-session"])
def test_where_the_configuration_ends_them_that_is_said(environment: dict[str, str], setting: str) -> None:
    (Path(environment["HOME"]) / ".tmux.conf").write_text(setting + "\n")
    with pytest.raises(NotStarted, match=r"exit-unattached is on, or a hook kills .*--background"):
        Tmux(environment).open("/state", "/x/shop", "T1", "x", STAYS)
