"""Eight processes and a person on one task list: no task, tick, claim or word is lost, and nobody reads half a list."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mcp_server.core.task_list import sync
from mcp_server.domain.task import Task
from mcp_server.task_list.document import Document
from mcp_server.task_list.item import DONE
from tests.races.list_racer import END, START_TIME, enter_with_list
from tests.races.start import ROOT, Racer
from tests.workspace import Workspace

AGENTS, EDITS = 8, 2_000
FIRST = [START_TIME, "", "Words before.", *(f"- [ ] First {n} (scope: first/{n}/**)" for n in range(30)), "", END, ""]


class ListRacer(Racer):
    """One process that works on the list."""

    def __init__(self, part: str, file: Path, name: str, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.races.list_racer", part, str(file), name, *options],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


class Ended:
    """How it all ended: what each of them did, the list, and the tasks."""

    def __init__(self, file: Path, results: list[Any]) -> None:
        self.person, self.torn = results[0], results[1]["torn"]
        self.agents = results[2:]
        place = enter_with_list(file)
        sync.sync_task_list(place)
        sync.sync_task_list(place)
        self.text = (file.parents[1] / "TASKS.md").read_text(encoding="utf-8")
        self.rows = {row.item.id: row.item for row in Document(self.text.encode()).rows}
        with place.store.reading() as books:
            self.tasks: dict[str, Task] = {
                task.id: task for task in books.tasks.among(f"T{number}" for number in range(1, 5_000))
            }


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    workspace = Workspace("sqlite", tmp_path_factory.mktemp("race"))
    (workspace.file.parents[1] / "TASKS.md").write_text("\n".join(FIRST), encoding="utf-8")
    sync.sync_task_list(enter_with_list(workspace.file))
    racers = [ListRacer("person", workspace.file, "pat", "1", str(EDITS)), ListRacer("reader", workspace.file, "eve")]
    racers += [ListRacer("agent", workspace.file, f"agent{number}", str(number)) for number in range(AGENTS)]
    try:
        for racer in racers:
            racer.until_ready()
        for racer in racers:
            racer.go()
        return Ended(workspace.file, [racer.result() for racer in racers])
    finally:
        workspace.close()
        for racer in racers:
            if racer.process.poll() is None:
                racer.kill()


def test_agents_and_the_person_all_got_to_do_something(ended: Ended) -> None:
    assert all(agent["tokens"] for agent in ended.agents)
    assert len(ended.person["texts"]) > EDITS / 20
    assert len(ended.person["ticked"]) > EDITS / 100


def test_no_line_of_free_text_is_lost(ended: Ended) -> None:
    lines = ended.text.split("\n")
    assert [text for text in ["Words before.", END, *ended.person["texts"]] if lines.count(text) != 1] == []


def test_no_task_that_the_person_wrote_is_lost_or_there_twice(ended: Ended) -> None:
    assert len(ended.tasks) == 30 + len(ended.person["titles"])


def test_every_task_is_shown_as_it_stands_unless_the_person_deleted_it(ended: Ended) -> None:
    marks = {"todo": " ", "in_progress": "~", "done": DONE, "blocked": "!"}
    missing = [task.id for task in ended.tasks.values() if task.id not in ended.rows]
    shown = {task_id: item.status for task_id, item in ended.rows.items() if task_id}

    assert set(missing) <= set(ended.person["deleted"])
    assert shown == {task_id: marks[ended.tasks[task_id].status] for task_id in shown}


def test_no_tick_is_lost_neither_the_persons_nor_an_agents(ended: Ended) -> None:
    kept = [task_id for task_id in ended.person["ticked"] if task_id not in ended.person["deleted"]]
    done = [task_id for agent in ended.agents for task_id in agent["done"]] + kept
    assert {task_id: ended.tasks[task_id].status for task_id in done} == dict.fromkeys(done, "done")


def test_no_claim_is_lost_or_given_twice(ended: Ended) -> None:
    tokens = [token for agent in ended.agents for token in agent["tokens"]]
    assert [agent["lost"] for agent in ended.agents] == [[]] * AGENTS
    assert len(set(tokens)) == len(tokens)


def test_no_rewording_is_lost(ended: Ended) -> None:
    said = {task_id: ended.rows[task_id].title for task_id in ended.person["reworded"] if task_id in ended.rows}
    assert said == {task_id: ended.person["reworded"][task_id] for task_id in said}


def test_nobody_ever_reads_a_torn_list_or_none(ended: Ended) -> None:
    assert ended.torn == []
