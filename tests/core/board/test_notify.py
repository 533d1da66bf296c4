"""A person is notified of each cause once, of what is wanted only, and of nothing that needs nobody."""

from __future__ import annotations

from mcp_server.core.board.notify import notify
from mcp_server.core.tasks.update import update_task
from mcp_server.domain.oversight.need import Need
from mcp_server.domain.settings import NotifySettings, Settings
from mcp_server.ports import Store
from tests.workspace import Workspace, task


class Recorder:
    """A way that remembers what it was given, and fails when it is told to."""

    def __init__(self, *, fails: bool = False) -> None:
        self.sent: list[str] = []
        self.fails = fails

    def notify(self, need: Need) -> None:
        """Remember it."""
        if self.fails:
            raise OSError("no connection")
        self.sent.append(need.words)


def look(workspace: Workspace, *ways: Recorder, store: Store | None = None) -> tuple[list[str], list[str]]:
    complaints: list[str] = []
    found = notify(store or workspace.store, workspace.settings, ways, complaints.append)
    return [need.kind for need in found], complaints


def block(workspace: Workspace, name: str) -> None:
    ada = workspace.agent("ada")
    workspace.claimed(ada, name)
    update_task(workspace.place, ada, name, status="blocked", note="a key")


def test_a_cause_is_notified_once_whoever_looks(workspace: Workspace) -> None:
    workspace.plan(task("A", "a"))
    block(workspace, "A")
    way = Recorder()
    other = workspace.another_store()
    assert look(workspace, way) == (["blocked"], [])
    assert look(workspace, way) == ([], [])
    assert look(workspace, way, store=other) == ([], [])
    assert way.sent == ["A is blocked: a key"]


def test_the_same_thing_again_is_another_cause(workspace: Workspace) -> None:
    workspace.plan(task("A", "a"))
    way = Recorder()
    for _ in range(2):
        block(workspace, "A")
        look(workspace, way)
        update_task(workspace.place, workspace.agent("ada"), "A", status="released")
        look(workspace, way)
        workspace.clock.advance(1)
    assert len(way.sent) == 2


def test_a_way_that_fails_is_named_and_stops_no_other(workspace: Workspace) -> None:
    workspace.plan(task("A", "a"))
    block(workspace, "A")
    way = Recorder()
    found, complaints = look(workspace, Recorder(fails=True), way)
    assert (found, len(way.sent)) == (["blocked"], 1)
    assert complaints == ["nobody was notified that A is blocked: a key: no connection"]


def test_only_the_kinds_that_are_wanted_are_sent_and_the_others_not_used_up(workspace: Workspace) -> None:
    workspace.plan(task("A", "a"))
    block(workspace, "A")
    way = Recorder()
    workspace.settings = Settings(notify=NotifySettings(only=("review",)))
    assert look(workspace, way) == ([], [])
    workspace.settings = Settings()
    assert look(workspace, way) == (["blocked"], [])


class Day:
    """Four agents at work, each with a claim, and a person who is notified."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.way = Recorder()
        workspace.plan(*(task(name, name) for name in "ABCDE"))
        self.agents = {name: workspace.agent(name, pid=ord(name)) for name in "ABCD"}
        for name, agent in self.agents.items():
            workspace.claimed(agent, name)

    def look(self, times: int = 2) -> None:
        for _ in range(times):
            look(self.workspace, self.way)

    def turns(self) -> None:
        """Every agent ends a turn, is idle for half a minute, and goes on."""
        for agent in self.agents.values():
            with self.workspace.store.writing() as books:
                books.guard.stops([agent])
            self.look()
        self.workspace.clock.advance(30)
        for agent in self.agents.values():
            with self.workspace.store.writing() as books:
                books.guard.touch([agent], prompt_is_over=True)

    def asks(self, name: str) -> None:
        with self.workspace.store.writing() as books:
            books.guard.asks([self.agents[name]])
        self.look()

    def blocks(self, name: str, task_id: str) -> None:
        update_task(self.workspace.place, self.agents[name], task_id, status="blocked", note="a decision")
        self.look()

    def fails_for(self, name: str, minutes: int) -> None:
        for _ in range(minutes + 1):
            with self.workspace.store.writing() as books:
                books.activity.failed(self.agents[name], "lib/x.py", "make", apart=0)
            self.workspace.clock.advance(60)
            self.look()


def test_a_day_in_miniature_notifies_of_seven_things_that_need_a_person_and_of_no_idle_turn(
    workspace: Workspace,
) -> None:
    day = Day(workspace)
    day.turns()
    day.asks("A")
    day.turns()
    day.blocks("B", "B")
    day.turns()
    day.blocks("C", "C")
    day.turns()
    day.asks("A")
    day.turns()
    day.fails_for("C", 15)
    day.turns()
    workspace.claimed(day.agents["B"], "E")
    day.blocks("B", "E")
    for _ in range(4):
        day.turns()
    workspace.kill(ord("D"))
    day.look()
    assert len(day.way.sent) == 7, day.way.sent
