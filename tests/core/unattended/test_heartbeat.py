"""The heartbeat: it frees what the dead hold, tells a person once, delegates, and starts no worker for nothing."""

from __future__ import annotations

import json

from mcp_server.core.tasks.update import update_task
from mcp_server.core.unattended.heartbeat import Beat, beat
from mcp_server.domain.settings import NotifySettings, Settings
from mcp_server.domain.unattended.limits import WorkSettings
from mcp_server.domain.unattended.outcome import Finished
from tests.core.unattended.workers import WorkSpace
from tests.workspace import LEASE, task


def look(at_work: WorkSpace, *, works: bool = False) -> tuple[Beat, list[str]]:
    complaints: list[str] = []
    return beat(at_work.workspace.place, at_work.tools, works=works, complain=complaints.append), complaints


def test_it_finds_the_dead_the_silent_and_what_waits_for_a_person(at_work: WorkSpace) -> None:
    workspace = at_work.workspace
    workspace.plan(task("A", "a"), task("B", "b"), task("C", "c"))
    workspace.claimed(workspace.agent("ada", pid=11), "A")
    workspace.claimed(workspace.agent("bob", pid=12), "B")
    cyd = workspace.agent("cyd")
    workspace.claimed(cyd, "C")
    update_task(workspace.place, cyd, "C", status="blocked", note="a key")
    workspace.kill(11)
    workspace.clock.advance(LEASE * 0.6)

    found, complaints = look(at_work)

    assert found.ended == ["ada"]
    assert [(each.agent, each.subject) for each in found.silent] == [("bob", "B")]
    assert {each.kind for each in found.needs} == {"blocked", "lost"}
    assert complaints == []
    assert workspace.claimed(workspace.agent("new"), "A")


def test_a_person_is_told_of_each_cause_once(at_work: WorkSpace) -> None:
    at_work.workspace.settings = Settings(notify=NotifySettings(command="tell"))
    at_work.workspace.plan(task("A", "a"))
    ada = at_work.workspace.agent("ada")
    at_work.workspace.claimed(ada, "A")
    update_task(at_work.workspace.place, ada, "A", status="blocked", note="a key")

    look(at_work)
    look(at_work)

    assert at_work.tools.told == ["A is blocked: a key"]


def test_it_starts_a_worker_for_each_task_and_request_within_the_settings_and_none_unasked(at_work: WorkSpace) -> None:
    assert look(at_work, works=True)[0].started == 0
    at_work.workspace.plan(task("A", "a"))
    at_work.asks("one.md", "Read")
    assert look(at_work)[0].started == 0
    assert look(at_work, works=True)[0].started == 2
    at_work.workspace.plan(*(task(f"B{number}", f"b{number}") for number in range(9)))
    assert look(at_work, works=True)[0].started == at_work.workspace.settings.max_agents
    assert at_work.tools.workers_started == [0, 2, 3]


def test_what_is_new_is_given_to_the_triage_once_and_its_words_become_a_request(at_work: WorkSpace) -> None:
    at_work.workspace.settings = Settings(work=WorkSettings(triage="decide"))
    assert look(at_work)[0].handed_in == []
    at_work.workspace.plan(task("A", "a"))
    ada = at_work.workspace.agent("ada")
    at_work.workspace.claimed(ada, "A")
    update_task(at_work.workspace.place, ada, "A", status="blocked", note="a key")
    at_work.tools.commands.answers = Finished("ended", words="Find the key\n")

    [path] = look(at_work)[0].handed_in
    assert look(at_work)[0].handed_in == []

    [(command, given)] = at_work.tools.commands.given
    assert (command, [each["subject"] for each in json.loads(given)]) == ("decide", ["A"])
    assert [file.read_text() for file in at_work.tools.inbox.iterdir()] == ["Find the key\n"]
    assert path.startswith(str(at_work.tools.inbox))


def test_a_triage_that_fails_or_says_nothing_hands_in_nothing(at_work: WorkSpace) -> None:
    at_work.workspace.settings = Settings(work=WorkSettings(triage="decide"))
    at_work.workspace.plan(task("A", "a"), task("B", "b"))
    ada = at_work.workspace.agent("ada")
    for name, answer in (("A", Finished("failed", "exit code 3")), ("B", Finished("ended"))):
        at_work.workspace.claimed(ada, name)
        update_task(at_work.workspace.place, ada, name, status="blocked", note="a key")
        at_work.tools.commands.answers = answer
        found, complaints = look(at_work)
        assert found.handed_in == []
        assert complaints == (["the command for triage failed: exit code 3"] if name == "A" else [])
