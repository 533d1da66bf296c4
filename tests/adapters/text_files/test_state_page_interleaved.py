"""A person reads and saves the page at any step of Interlock's own save, and not a line of theirs is lost."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import combinations_with_replacement, product
from pathlib import Path

import pytest

from mcp_server.adapters.host import atomic_write
from mcp_server.adapters.text_files import edited_file, stable_read, swap
from mcp_server.adapters.text_files.state_page_file import StatePageFile
from mcp_server.core.shared_state import sync
from mcp_server.state_page.wording import blank_page
from tests.workspace import Workspace

Plan = Sequence[tuple[int, str]]


class Moments:
    """The module `os`, which tells a listener before and after each step that is taken on the disk."""

    STEPS = ("open", "lstat", "stat", "replace", "unlink")

    def __init__(self, listener: Callable[[], None]) -> None:
        self._listener = listener

    def __getattr__(self, name: str) -> object:
        found = getattr(os, name)
        return self.around(found) if name in self.STEPS else found

    def around(self, act: Callable[..., object]) -> Callable[..., object]:
        def acted(*given: object, **named: object) -> object:
            self._listener()
            try:
                return act(*given, **named)
            finally:
                self._listener()

        return acted


class Person:
    """Reads the page and saves it with a line more, each at the moment that is planned for it."""

    def __init__(self, page: Path, plan: Plan) -> None:
        self._page = page
        self._plan = list(plan)
        self._text = page.read_text()
        self._descriptor = -1
        self.moments = 0
        self.saved: list[str] = []

    def moment(self) -> None:
        """Do what is planned for now."""
        while self._plan and self._plan[0][0] <= self.moments:
            getattr(self, self._plan.pop(0)[1])()
        self.moments += 1

    def finish(self) -> None:
        """Do what is still planned."""
        while self._plan:
            getattr(self, self._plan.pop(0)[1])()

    def read(self) -> None:
        """Go on from what stands there now."""
        self._text = self._page.read_text()

    def save(self) -> None:
        """By rename, as many editors do."""
        self._add()
        saved = self._page.with_suffix(".saved")
        saved.write_text(self._text)
        saved.replace(self._page)

    def open(self) -> None:
        """Begin to save in place, as the others do."""
        self._descriptor = os.open(self._page, os.O_WRONLY)

    def empty(self) -> None:
        """Likewise, and most of them empty the file first."""
        self._descriptor = os.open(self._page, os.O_WRONLY | os.O_TRUNC)

    def write(self) -> None:
        """End what was begun."""
        self._add()
        os.write(self._descriptor, self._text.encode())
        os.close(self._descriptor)

    def _add(self) -> None:
        self.saved.append(f"> pat knows {len(self.saved)}.\n")
        self._text = self._text.replace("## Learned\n", f"## Learned\n\n{self.saved[-1]}", 1)


class Desk:
    """A page that an agent writes while a person does what is planned; everything begins anew with every plan."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._monkeypatch = monkeypatch
        monkeypatch.setattr(os, "fsync", lambda _descriptor: None)  # no power fails here

    def play(self, plan: Plan, *, only_exchanges: bool = False) -> tuple[list[str], int]:
        """What is not there exactly once afterwards, and how many moments there were."""
        root = self._folder / "-".join(f"{at}{act}" for at, act in plan)
        (root / "state").mkdir(parents=True)
        with closing(Workspace("sqlite", root / "state")) as workspace:
            return self._played(workspace, root, plan, only_exchanges=only_exchanges)

    def _played(self, workspace: Workspace, root: Path, plan: Plan, *, only_exchanges: bool) -> tuple[list[str], int]:
        page = root / "SHARED_MIND.md"
        page.write_text(blank_page())
        place = workspace.place._replace(page=StatePageFile(str(root), str(root / "state"), lambda: None))
        ada = workspace.agent("ada")
        sync.write_state(place, ada, "learning", "one")
        person = Person(page, plan)
        with self._monkeypatch.context() as patched:
            moments = Moments(person.moment)
            patched.setattr(swap, "exchange", moments.around(swap.exchange))
            if not only_exchanges:
                for module in (edited_file, atomic_write, stable_read):
                    patched.setattr(module, "os", moments)
            sync.write_state(place, ada, "learning", "two")
        person.finish()
        assert sync.sync_page(place) is None
        text = page.read_text()
        assert sync.sync_page(place) is None
        assert page.read_text() == text, plan
        beside = [entry.name for entry in root.iterdir() if entry.name not in ("state", page.name)]
        return [
            line for line in ("- one\n", "- two\n", *person.saved) if text.count(line) != 1
        ] + beside, person.moments


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


def plans(moments: int, *acts: str) -> Iterator[Plan]:
    for at in combinations_with_replacement(range(moments), len(acts)):
        yield list(zip(at, acts, strict=True))


def failed(desk: Desk, wanted: Iterator[Plan], *, only_exchanges: bool = False) -> list[tuple[Plan, list[str]]]:
    played = ((plan, desk.play(plan, only_exchanges=only_exchanges)[0]) for plan in wanted)
    return [(plan, harm) for plan, harm in played if harm]


def test_a_person_who_saves_again_and_again_around_each_exchange_loses_nothing(desk: Desk) -> None:
    assert failed(desk, plans(5, "save", "save", "read", "save"), only_exchanges=True) == []
    assert failed(desk, plans(3, "save", "read", "save", "read", "save"), only_exchanges=True) == []


def test_a_person_who_saves_at_any_step_and_goes_on_at_a_later_one_loses_nothing(desk: Desk) -> None:
    wanted = ([(at, "save"), (on, "read"), (on, "save")] for at, on in pairs(desk, 0, 1, 8, 1_000))
    assert failed(desk, wanted) == []


@pytest.mark.parametrize("begin", ["open", "empty"])
def test_an_editor_that_writes_in_place_may_begin_and_end_at_any_step(desk: Desk, begin: str) -> None:
    assert failed(desk, ([(at, begin), (on, "write")] for at, on in pairs(desk, 1, 4, 1_000))) == []


def pairs(desk: Desk, *apart: int) -> Iterator[tuple[int, int]]:
    """Every moment, and others that come so much later."""
    _, moments = desk.play([])
    assert moments > 20
    return ((at, at + more) for at, more in product(range(moments), apart))
