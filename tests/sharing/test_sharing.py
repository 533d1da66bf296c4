"""Checkouts that share a database because their settings name it: joining, leaving, moving there and back."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mcp_server import app
from mcp_server.adapters.host.repository import Repository, repository_of
from mcp_server.adapters.sqlite.store import create
from mcp_server.domain.errors import Misuse, StateUnavailable
from mcp_server.ports import Store
from mcp_server.sharing import moving
from mcp_server.sharing.database import Database
from mcp_server.sharing.follow import begin
from tests.postgres.shared import shared
from tests.workspace import draft

NOWHERE = "postgresql://127.0.0.1:1/nothing"


@pytest.fixture
def database() -> Iterator[str]:
    """A database that nobody has used yet."""
    server = shared(18)
    url = server.database()
    yield url
    server.drop(url)


@pytest.fixture
def clone(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Repository]:
    """Clones a repository whose settings name the database, on a machine of this name."""
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch", "main", "origin.git")
    first = tmp_path / "first"
    git(tmp_path, "clone", "--quiet", "origin.git", "first")
    (first / ".claude").mkdir()
    (first / ".claude/interlock.toml").write_text(f'[store]\nurl = "{database}"\n')
    git(first, "add", ".")
    git(first, "-c", "user.name=t", "-c", "user.email=t@example.invalid", "commit", "--quiet", "-m", str(tmp_path))
    git(first, "push", "--quiet", "origin", "HEAD")

    def make(host: str) -> Repository:
        monkeypatch.setenv("INTERLOCK_HOST", host)
        git(tmp_path, "clone", "--quiet", "origin.git", host)
        return repository_of(str(tmp_path / host), str(tmp_path / host))

    return make


def git(where: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(where), *words], check=True, capture_output=True)


def opened(repository: Repository, *tasks: str) -> closing[Any]:
    """The store of a checkout that is in use, with these tasks in it."""
    store: Any = app.open_store(app.begun(repository))
    with store.writing() as books:
        books.tasks.add([draft(task, f"{task}/**") for task in tasks])
    return closing(store)


def tasks(store: Store) -> list[str]:
    with store.reading() as books:
        return [task.id for task in books.tasks.open(100)]


def local(repository: Repository, *names: str) -> Database:
    """A checkout with tasks that nobody shares yet."""
    create(Path(repository.state) / "state.db")
    database = Database(repository, Path(repository.settings).read_text().split('"')[1])
    with closing(database.local()) as store, store.writing() as books:
        books.tasks.add([draft(name, f"{name}/**") for name in names])
    return database


def test_two_clones_meet_by_their_settings_alone(clone: Callable[[str], Repository]) -> None:
    with opened(clone("laptop"), "A") as first, opened(clone("build-2"), "B") as second:
        assert tasks(second) == ["A", "B"]
        with first.writing() as books:
            assert [task.id for task in books.tasks.open(9)] == ["A", "B"]
            assert books.agents.host == "laptop"


def test_a_clone_that_others_share_is_put_into_use_and_one_that_nobody_does_is_not(
    clone: Callable[[str], Repository],
) -> None:
    laptop, other = clone("laptop"), clone("build-2")
    assert not begin(other)
    assert not other.in_use
    with opened(laptop, "A"):
        assert begin(other)
        with opened(other) as store:
            assert tasks(store) == ["A"]


def test_a_checkout_that_a_person_took_interlock_out_of_is_not_put_into_use_again(
    clone: Callable[[str], Repository], monkeypatch: pytest.MonkeyPatch
) -> None:
    from mcp_server.cli_app import HostServices

    laptop, other = clone("laptop"), clone("build-2")
    with opened(laptop, "A"), opened(other):
        pass
    monkeypatch.chdir(other.root)
    HostServices(other).traces().remove(settings=False)
    assert not other.in_use
    assert not begin(other)
    with opened(other):  # a person begins again
        assert other.in_use
    assert begin(other)


def test_where_the_database_cannot_be_reached_nothing_is_made(clone: Callable[[str], Repository]) -> None:
    laptop = clone("laptop")
    Path(laptop.settings).write_text(f'[store]\nurl = "{NOWHERE}"\n')
    with pytest.raises(StateUnavailable, match="can't be reached"):
        begin(laptop)
    assert not laptop.in_use


def test_tasks_go_into_the_database_when_a_person_moves_them_and_come_back(clone: Callable[[str], Repository]) -> None:
    laptop, other = clone("laptop"), clone("build-2")
    database = local(laptop, "A", "B")
    with pytest.raises(Misuse, match="interlock store move"):
        app.open_store(laptop)
    assert moving.into_database(database).kept is None
    moving.into_database(database)  # again, as after a kill
    with opened(other, "C") as store:
        assert tasks(store) == ["A", "B", "C"]
    assert moving.into_file(database).rows > 0
    Path(laptop.settings).write_text("")
    with opened(laptop) as store:
        assert tasks(store) == ["A", "B", "C"]
    with pytest.raises(Misuse, match="in a file already"):
        moving.into_file(database)


def test_tasks_that_are_left_are_in_a_backup(clone: Callable[[str], Repository]) -> None:
    laptop, other = clone("laptop"), clone("build-2")
    moving.into_database(local(laptop, "A"))
    theirs = local(other, "A", "B")
    with pytest.raises(Misuse, match="--leave-tasks"):
        moving.into_database(theirs)
    kept = moving.into_database(theirs, leaves_tasks=True).kept
    assert kept is not None
    assert Path(kept).stat().st_mode & 0o777 == 0o600
    with opened(other) as store:
        assert tasks(store) == ["A"]


def test_a_mirror_whose_settings_name_no_database_any_more_is_not_taken_for_a_file(
    clone: Callable[[str], Repository],
) -> None:
    laptop = clone("laptop")
    with opened(laptop, "A"):
        pass
    Path(laptop.settings).write_text("")
    with pytest.raises(StateUnavailable, match="store move --to-file"):
        app.open_store(laptop)
