"""Requests as files: each becomes one task, is never lost and never runs twice, and is answered."""

from __future__ import annotations

import pytest

from mcp_server.core.tasks.update import update_task
from mcp_server.core.unattended import requests
from mcp_server.core.unattended.work import Nothing
from mcp_server.domain.unattended.outcome import Finished
from mcp_server.domain.unattended.request import Request
from tests.core.unattended.workers import Killed, WorkSpace
from tests.workspace import task

ASK = "Fix the login\nscope: src/auth/**\ntier: haiku\n\nIt says 500.\n"


def taken(at_work: WorkSpace) -> Request | None:
    return requests.take(at_work.workspace.place, at_work.person, at_work.tools.request_folder())


def test_a_file_is_worked_on_before_other_tasks_and_its_answer_is_written(at_work: WorkSpace) -> None:
    at_work.workspace.plan(task("A", "a"))
    at_work.asks("login.md", ASK)

    def act(agent: int, name: str) -> Finished:
        update_task(at_work.workspace.place, agent, name, status="done")
        return Finished("ended", words="It was a typo.", turns=2, usd=0.25)

    at_work.does(act)
    outcome = at_work.worked()

    found = at_work.workspace.task(outcome.task)
    assert (found.title, found.scope, found.tier) == ("Fix the login", ("src/auth/**",), "haiku")
    assert "It says 500." in at_work.tools.sessions.started[0][2]
    said = at_work.answer("login.md")
    assert "status: done" in said
    assert "used: 2 turns, about 0.25 USD" in said
    assert said.endswith("# Fix the login\n\nIt was a typo.\n")
    assert [file.name for file in at_work.tools.inbox.iterdir()] == ["taken"]
    assert (at_work.tools.inbox / "taken" / "login.md").read_text() == ASK


def test_the_oldest_file_is_taken_first_and_one_by_each_worker(at_work: WorkSpace) -> None:
    import os

    for number, name in enumerate(["z.md", "a.md"]):
        at_work.asks(name, f"Request {name}")
        os.utime(at_work.tools.inbox / name, (number, number))

    assert [getattr(taken(at_work), "name", None) for _ in range(3)] == ["z.md", "a.md", None]


def test_what_cannot_be_understood_is_answered_and_does_not_keep_the_next_file_waiting(at_work: WorkSpace) -> None:
    at_work.asks("1.md", "Do it\ntier: cheap\n")
    at_work.asks("2.md", "Work\nscope: ../outside\n")
    at_work.asks("3.md", "Read the log")

    outcome = at_work.worked()
    answered = requests.answer_rest(at_work.workspace.place, at_work.tools.request_folder(), at_work.tools.launch_lock)

    assert outcome.request == "3.md"
    assert [need.words.partition(":")[0] for need in answered] == ["1.md is not understood", "2.md is not understood"]
    assert "status: refused" in at_work.answer("1.md")
    assert "why: " in at_work.answer("2.md")
    with at_work.workspace.store.reading() as books:
        assert books.requests.unsettled() == []


def test_killed_after_it_was_recorded_a_file_is_only_moved_by_the_next(
    at_work: WorkSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work.asks("login.md", ASK)
    with monkeypatch.context() as patched:
        patched.setattr(requests, "_move", _dies)
        with pytest.raises(Killed):
            taken(at_work)
    assert (at_work.tools.inbox / "login.md").exists()

    assert taken(at_work) is None
    with at_work.workspace.store.reading() as books:
        assert [found.title for found in books.tasks.open(10)] == ["Fix the login"]
    assert not (at_work.tools.inbox / "login.md").exists()


def test_killed_after_it_was_moved_nothing_is_left_to_do_and_a_file_that_is_put_back_is_a_new_request(
    at_work: WorkSpace,
) -> None:
    at_work.asks("login.md", ASK)
    request = taken(at_work)
    assert request is not None
    with at_work.workspace.store.writing() as books:
        books.requests.moved(request.id, None)  # type: ignore[arg-type]  # as if it had been killed before
    assert taken(at_work) is None
    (at_work.tools.inbox / "taken" / "login.md").rename(at_work.tools.inbox / "login.md")

    again = taken(at_work)

    assert again is not None
    assert again.task != request.task


def test_a_file_of_the_same_name_gets_an_answer_of_its_own(at_work: WorkSpace) -> None:
    for words in ("one", "two"):
        at_work.asks("daily.md", f"Say {words}")
        at_work.does(lambda _agent, _task, words=words: Finished("ended", words=words))  # type: ignore[misc]  # bound
        at_work.worked()

    assert [at_work.answer(name).splitlines()[-1] for name in ("daily.md", "daily-2.md")] == ["one", "two"]


def test_the_answer_follows_the_task_until_its_last_word(at_work: WorkSpace) -> None:
    at_work.asks("login.md", ASK)
    at_work.does(lambda _agent, _task: Finished("failed", "it was killed"))
    outcome = at_work.worked()
    assert "status: todo" in at_work.answer("login.md")
    place, tools = at_work.workspace.place, at_work.tools
    ada = at_work.workspace.agent("ada")
    at_work.workspace.claimed(ada, outcome.task)
    update_task(place, ada, outcome.task, status="done", note="I did it by hand.")

    [need] = requests.answer_rest(place, tools.request_folder(), tools.launch_lock)

    assert (need.kind, need.words) == ("outcome", "login.md is done: Fix the login")
    assert "I did it by hand." in at_work.answer("login.md")
    assert need.command == f"cat {tools.outbox / 'login.md'}"
    assert requests.answer_rest(place, tools.request_folder(), tools.launch_lock) == []


def test_while_its_worker_lives_nobody_else_answers(at_work: WorkSpace) -> None:
    at_work.asks("login.md", ASK)
    request = taken(at_work)
    assert request is not None
    assert request.task is not None
    update_task(at_work.workspace.place, at_work.person, request.task, status="done")
    at_work.tools.locked.add(request.task)
    folder = at_work.tools.request_folder()

    assert requests.answer_rest(at_work.workspace.place, folder, at_work.tools.launch_lock) == []
    at_work.tools.locked.clear()
    assert len(requests.answer_rest(at_work.workspace.place, folder, at_work.tools.launch_lock)) == 1


def test_with_nothing_in_the_inbox_nothing_is_taken(at_work: WorkSpace) -> None:
    assert taken(at_work) is None
    assert isinstance(at_work.work(), Nothing)


def _dies(*_: object) -> None:
    raise Killed
