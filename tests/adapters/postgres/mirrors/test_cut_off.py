"""A machine that is cut off: nothing new is granted to it, its own work goes on, and nothing is granted twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcp_server import hook_app
from mcp_server.adapters.postgres import store as shared_store
from mcp_server.adapters.postgres.follow import Follower
from mcp_server.adapters.postgres.remote import NotKnown
from mcp_server.adapters.postgres.store import SharedStore
from mcp_server.adapters.sqlite.store import SqliteStore
from mcp_server.core.leases.lock import Locked, lock_resource
from mcp_server.domain.errors import StateUnavailable
from tests.postgres import NEWEST, private
from tests.postgres.proxy import Proxy, wire
from tests.postgres.shared import shared
from tests.workspace import LEASE, Workspace, make_schema, task

UNCHANGED = "Nothing was changed"


class Two:
    """Two machines: the first one reaches the database over a wire that can be cut. They share a clock."""

    def __init__(self, folder: Path, address: str, proxy: Proxy, port: int) -> None:
        self.proxy = proxy
        self.cut_off = Workspace("postgres", folder / "one", address.replace(f":{port}/", f":{proxy.port}/"), "laptop")
        self.other = Workspace("postgres", folder / "two", address, "build-2")

    def advance(self, seconds: float) -> None:
        """Let time pass everywhere."""
        for machine in (self.cut_off, self.other):
            machine.clock.advance(seconds)

    def close(self) -> None:
        """Close both."""
        self.cut_off.close()
        self.other.close()


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Two]:
    """Two machines; ada on the first one holds A, eve on the other one holds nothing."""
    monkeypatch.setattr(shared_store, "REST", 0.0)  # who was cut off asks again at once here
    server = shared(NEWEST)
    address = server.database(server.template("with_schema", make_schema))
    with wire(server.port) as proxy:
        made = Two(tmp_path, address, proxy, server.port)
        made.cut_off.plan(task("A", "src/a/**"), task("B", "src/b/**"))
        made.cut_off.claimed(made.cut_off.agent("ada"), "A")
        made.other.agent("eve")
        of(made.cut_off).refresh()
        yield made
        made.close()


def of(machine: Workspace) -> SharedStore:
    """The machine's store."""
    assert isinstance(machine.store, SharedStore)
    return machine.store


def hooks(machine: Workspace) -> SqliteStore:
    """The state as hooks of the machine have it, which know no database."""
    return SqliteStore(machine.file, clock=machine.clock, policy=lambda: machine.policy, processes=machine.processes)


def agent(machine: Workspace, name: str) -> int:
    """The agent of this name."""
    with hooks(machine).reading() as books:
        found = books.agents.named(name)
    assert found is not None
    return found.id


def rule(machine: Workspace, agent_id: int, path: str) -> str:
    """By which rule a hook of the machine decides on a path."""
    kept, machine.store = machine.store, hooks(machine)
    try:
        return machine.rule(agent_id, path)
    finally:
        machine.store = kept


def test_nothing_new_is_granted_to_a_machine_that_is_cut_off(two: Two) -> None:
    ada, before = agent(two.cut_off, "ada"), two.cut_off.leases()
    two.proxy.refuse()
    for _ in range(2):  # the second time it is known already
        with pytest.raises(StateUnavailable, match=UNCHANGED):
            two.cut_off.claimed(ada, "B")
        with pytest.raises(StateUnavailable, match=UNCHANGED):
            lock_resource(two.cut_off.place, ada, "port")
    assert two.cut_off.leases() == before
    assert two.cut_off.task("B").status == "todo"
    with two.cut_off.store.reading() as books:
        assert books.mirror is not None
        assert books.mirror.trouble is not None


def test_its_own_work_goes_on_and_what_hooks_write_arrives_when_it_is_back(two: Two) -> None:
    ada, eve = agent(two.cut_off, "ada"), agent(two.other, "eve@build-2")
    two.other.claimed(eve, "B")
    of(two.cut_off).refresh()
    two.proxy.refuse()
    assert rule(two.cut_off, ada, "src/a/x") == "own"
    assert rule(two.cut_off, ada, "src/b/x") == "held"
    with hooks(two.cut_off).writing() as books:
        books.agents.seen(ada)
        books.shared.send(ada, "all", [eve], "written without a network", "")
        books.tasks.note(books.tasks.among(["A"])[0].seq, ada, "half of it")
    two.proxy.restore()
    of(two.cut_off).send()
    of(two.other).refresh()
    assert "written without a network" in [message.subject for message in two.other.inbox(eve)]
    with two.other.store.reading() as books:
        assert [note.text for note in books.tasks.notes(books.tasks.among(["A"])[0].seq, 9)] == ["half of it"]


def test_the_other_side_takes_over_when_the_lease_has_expired_and_the_loser_is_told_when_it_is_back(two: Two) -> None:
    ada, eve = agent(two.cut_off, "ada"), agent(two.other, "eve@build-2")
    two.proxy.refuse()
    two.advance(LEASE - 1)
    with hooks(two.cut_off).writing() as books:
        books.agents.seen(ada)  # it works, and nobody hears of it
    assert two.other.refused(eve, "A").reason == "held"
    two.advance(2)
    taken = two.other.claimed(eve, "A")
    assert taken.taken_from == "ada@laptop"
    assert rule(two.cut_off, ada, "src/a/x") == "own"  # as far as is known there
    two.proxy.restore()
    of(two.cut_off).refresh()
    assert rule(two.cut_off, ada, "src/a/x") == "taken_over"
    assert two.cut_off.inbox(ada)
    of(two.cut_off).send()
    of(two.other).refresh()
    for machine in (two.cut_off, two.other):
        assert [lease.holder_name for lease in machine.leases() if lease.task == "A" and not lease.taken_by] == [
            "eve@build-2"
        ]


def test_a_claim_whose_answer_is_lost_may_have_been_granted_and_asking_again_is_safe(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, eve = agent(two.cut_off, "ada"), agent(two.other, "eve@build-2")
    remote = of(two.cut_off).remote
    real = remote.write

    def write(changes: object) -> int:
        two.proxy.lose_answers()
        return real(changes)  # type: ignore[arg-type]

    with monkeypatch.context() as patched, pytest.raises(NotKnown, match="not known"):
        patched.setattr(remote, "write", write)
        two.cut_off.claimed(ada, "B")
    with hooks(two.cut_off).reading() as books:
        assert "B" not in [lease.task for lease in books.leases.held_by(ada)]
    of(two.other).refresh()
    [granted] = [lease for lease in two.other.leases() if lease.task == "B"]
    assert two.other.refused(eve, "B").reason == "held"
    two.proxy.restore()
    of(two.cut_off).remote.close()
    assert two.cut_off.claimed(ada, "B").token == granted.token


def test_a_server_that_stands_still_keeps_no_hook_waiting(tmp_path: Path) -> None:
    with private(NEWEST) as server:
        made = Workspace("postgres", tmp_path, server.database(server.template("with_schema", make_schema)), "laptop")
        made.plan(task("A", "src/a/**"))
        ada, written = made.agent("ada"), list[str]()
        hook = SqliteStore(made.file, clock=made.clock, policy=lambda: made.policy, busy_seconds=hook_app.PATIENCE)

        def writes() -> None:
            with hook.writing() as books:
                books.agents.seen(ada)
            written.append("while it stood still")

        thread = threading.Thread(target=writes)
        with pytest.raises(NotKnown), made.store.writing() as books:
            books.events.add("something", "new")
            thread.start()
            server.freeze()
        thread.join()
        assert written == ["while it stood still"]
        server.thaw()
        of(made).remote.close()
        with pytest.raises(StateUnavailable, match=UNCHANGED):
            made.claimed(ada, "A")  # for a moment it is not asked again
        of(made).refresh()
        assert made.claimed(ada, "A")
        assert isinstance(lock_resource(made.place, ada, "port"), Locked)
        made.close()


def test_a_follower_goes_on_by_itself_when_the_network_is_back(two: Two) -> None:
    follower = Follower(of(two.cut_off))
    follower.round(0)
    two.proxy.refuse()
    with pytest.raises(StateUnavailable):
        while True:
            follower.round(0)
    two.proxy.restore()
    two.other.claimed(agent(two.other, "eve@build-2"), "B")
    follower.round(0)
    assert "B" in [lease.task for lease in two.cut_off.leases()]
