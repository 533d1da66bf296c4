"""A checkout becomes a mirror: nothing is lost, nothing is there twice, whatever is killed in between."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mcp_server.adapters.postgres import store
from mcp_server.adapters.postgres.remote import Moved, Remote
from mcp_server.adapters.sqlite.mirror import exchange
from mcp_server.domain.errors import Misuse
from mcp_server.domain.messages import PERSON
from mcp_server.ports import Books
from tests.adapters.postgres.mirrors.checkouts import Machine
from tests.workspace import draft

Machines = Callable[[str], Machine]


def work(books: Books, name: str, *tasks: str) -> None:
    """An agent that has written something in each kind of row, and holds the first of these tasks."""
    agent = books.agents.add(f"s-{name}", name, "session", parent=None, process=None, worktree=f"/{name}")
    books.agents.add(f"s-{name}/1", f"{name}/helper-1", "subagent", parent=agent.id, process=None, worktree="")
    books.agents.link(f"person:{name}", agent.id)
    books.tasks.add([draft(task, f"{task}/**") for task in tasks])
    for task in filter(None, [books.tasks.take(lambda _: True, None) if tasks else None]):
        books.events.add("claimed", task.id, agent=agent.id, id=task.token)
        books.leases.grant(task.token or 0, agent.id, task=task, scope=task.scope, anchors=task.anchors, seconds=1e9)
        books.tasks.note(task.seq, agent.id, "half of it")
    books.shared.write(agent.id, "learning", f"{name} knows", None, None)
    books.shared.send(agent.id, name, [agent.id], f"from {name}", "")


def seen(books: Books) -> dict[str, object]:
    """What people see of it: nothing but names and texts."""
    return {
        "tasks": {task.id: task.status for task in books.tasks.open(100)},
        "claims": {(lease.task, lease.holder_name) for lease in books.leases.all()},
        "entries": {(entry.author, entry.text) for entry in books.shared.entries(None)},
        "notes": [note.text for task in books.tasks.open(100) for note in books.tasks.notes(task.seq, 9)],
        "counts": books.tasks.counts(),
    }


def test_what_a_state_has_is_in_the_database_for_the_next_machine(machine: Machines) -> None:
    laptop, other = machine("laptop"), machine("build-2")
    with laptop.hook() as books:
        work(books, "ben", "A", "B")
        before = seen(books)
    laptop.joins(brings=True)
    with other.joins().reading() as books:
        after = seen(books)
        ben = books.agents.named("ben@laptop")
        assert ben is not None
        assert books.agents.find("s-ben") == ben
        assert books.agents.find("person:ben") is None
        assert [child.name for child in books.agents.children(ben.id)] == ["ben@laptop/helper-1"]
        assert [message.subject for message in books.shared.unread(ben.id)] == ["from ben"]
    assert after.pop("claims") == {("A", "ben@laptop")}
    assert after.pop("entries") == {("ben@laptop", "ben knows")}
    assert before.items() >= after.items()


def test_a_state_with_tasks_joins_nobody_who_has_others_and_stays_as_it_is(machine: Machines) -> None:
    laptop, other = machine("laptop"), machine("build-2")
    with laptop.hook() as books:
        work(books, "ben", "A")
    with other.hook() as books:
        work(books, "eve", "A")
        before = seen(books)
    with pytest.raises(Misuse, match="store move"):
        laptop.joins()
    laptop.joins(brings=True)
    for brings in (False, True):
        with pytest.raises(Misuse, match="--leave-tasks"):
            other.joins(brings=brings)
    with other.hook() as books:
        assert seen(books) == before
        assert books.agents.host is None


def test_agents_and_messages_of_a_state_without_tasks_go_along(machine: Machines) -> None:
    laptop, other = machine("laptop"), machine("build-2")
    for one, name in ((laptop, "ben"), (other, "ben")):
        with one.hook() as books:
            work(books, name)
            books.agents.add("page", PERSON, "person", parent=None, process=None, worktree="")  # one for all machines
        one.joins()
    for one in (laptop, other):
        with one.shared().reading() as books:
            assert {agent.name for agent in books.agents.present()} >= {"ben@laptop", "ben@build-2"}
            assert seen(books)["entries"] == {("ben@laptop", "ben knows"), ("ben@build-2", "ben knows")}
            page, person = books.agents.find("page"), books.agents.named(PERSON)
            assert page is not None
            assert page == person


def test_a_second_checkout_of_a_machine_has_a_name_of_its_own(machine: Machines) -> None:
    machine("laptop").joins()
    second = machine("laptop")
    second.joins(sign="another checkout")
    assert {row[0] for row in second.remote.hosts()} == {"laptop", "laptop-2"}
    with second.shared().reading() as books:
        assert books.agents.host == "laptop-2"


def test_a_copy_of_a_checkout_makes_ids_of_its_own(machine: Machines) -> None:
    first, copied = machine("laptop"), machine("laptop")
    with first.joins().writing() as books:
        work(books, "ben@laptop", "A")
    first.close()
    copied.file.write_bytes(first.file.read_bytes())
    with copied.joins(sign="the copy").writing() as books:
        eve = books.agents.add("s-eve", "eve@laptop-2", "session", parent=None, process=None, worktree="")
    with first.shared().writing() as books:
        zoe = books.agents.add("s-zoe", "zoe@laptop", "session", parent=None, process=None, worktree="")
        assert books.agents.get(eve.id).name == "eve@laptop-2"
    assert eve.id != zoe.id
    with copied.shared().reading() as books:
        assert seen(books)["claims"] == {("A", "ben@laptop")}


@pytest.mark.parametrize("step", ["register", "write"])
def test_killed_in_between_it_is_begun_again_and_nothing_is_lost(
    machine: Machines, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    laptop, other = machine("laptop"), machine("build-2")
    with laptop.hook() as books:
        work(books, "ben", "A")
    real = getattr(Remote, step)
    calls: list[str] = []

    def dies(remote: Remote, *values: object) -> object:
        done = real(remote, *values)
        calls.append(step)
        if len(calls) == (2 if step == "write" else 1):
            raise KeyboardInterrupt
        return done

    monkeypatch.setattr(Remote, step, dies)
    with pytest.raises(KeyboardInterrupt):
        laptop.joins(brings=True)
    monkeypatch.undo()
    with laptop.joins(brings=True).writing() as books:
        assert seen(books)["claims"] == {("A", "ben@laptop")}
    with other.joins().reading() as books:
        assert seen(books)["claims"] == {("A", "ben@laptop")}
        assert books.tasks.counts() == (1, 0)
    assert len(laptop.remote.hosts()) == 2


def test_out_of_the_database_and_into_it_again_nothing_is_lost_and_the_others_are_told(machine: Machines) -> None:
    laptop, other = machine("laptop"), machine("build-2")
    with laptop.hook() as books:
        work(books, "ben", "A", "B")
        plain = seen(books)
    laptop.joins(brings=True)
    there = other.joins()
    with other.hook() as books:
        work(books, "eve@build-2")  # what a hook wrote and nobody has sent yet
    there.send()
    laptop.leaves()
    with pytest.raises(Moved, match="to a file on laptop"):
        there.writing().__enter__()
    with laptop.hook() as books:
        assert books.agents.host is None
        again = seen(books)
        assert again["entries"] == {("ben", "ben knows"), ("eve@build-2", "eve@build-2 knows")}
        assert (again["tasks"], again["claims"], again["notes"]) == (plain["tasks"], plain["claims"], plain["notes"])
        ben = books.agents.named("ben")
        assert ben is not None
        assert books.agents.find("person:ben") == ben
    assert laptop.leaves() == 0  # it is a file already
    laptop.joins(brings=True)
    with other.shared().writing() as books:
        assert seen(books)["claims"] == {("A", "ben@laptop")}
        assert books.tasks.counts() == (2, 0)


def test_what_is_too_much_for_one_step_goes_in_portions_and_is_applied_while_nobody_waits(
    machine: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "PORTION", 3)
    monkeypatch.setattr(store, "FAR", 3)
    laptop, other = machine("laptop"), machine("build-2")
    with laptop.hook() as books:
        work(books, "ben", "A", "B", "C")
    there = laptop.joins(brings=True)
    with there.writing() as books:
        work(books, "zoe@laptop", "D", "E")
        whole = seen(books)
    with other.joins().writing() as books:
        assert seen(books) == whole
        work(books, "eve@build-2", "F")
    with laptop.shared().reading() as books:
        assert set(seen(books)["tasks"]) == set("ABCDEF")  # type: ignore[call-overload]  # names of tasks
