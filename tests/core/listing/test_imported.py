"""Lists are taken in from anywhere once, and come out as they were written."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.core import claiming, listing
from tests.core.listing.world import LIST, LISTS, ListWorld, statuses
from tests.worlds import task


@pytest.mark.parametrize("file", LISTS, ids=lambda file: file.stem)
def test_a_list_that_is_imported_is_exported_byte_for_byte(world: ListWorld, file: Path) -> None:
    content = file.read_bytes()
    listing.import_list(world.place, world.me, file.name, content)
    assert listing.export_list(world.place) == content


@pytest.mark.parametrize("file", LISTS, ids=lambda file: file.stem)
def test_a_list_that_is_kept_gains_ids_once_and_stays_as_it_is(world: ListWorld, file: Path) -> None:
    world.paper.content = file.read_bytes()
    world.sync()
    kept = world.paper.content
    for _ in range(2):
        world.leaves("pat")
        world.sync()
    assert (world.paper.content, listing.export_list(world.place)) == (kept, kept)
    assert world.paper.writes <= 1


def test_importing_a_list_twice_takes_nothing_in_twice(world: ListWorld) -> None:
    assert len(listing.import_list(world.place, world.me, "x.md", LIST.encode()).created) == 4
    world.listed("# Mine\n")
    assert listing.import_list(world.place, world.me, "x.md", LIST.encode()).created == ()
    assert listing.import_list(world.place, world.me, "y.md", b"- [ ] Think\n- [ ] New\n").created == ("T5",)
    assert "dropped" not in statuses(world).values()


def test_an_imported_list_is_exported_with_what_has_happened_since(world: ListWorld) -> None:
    listing.import_list(world.place, world.me, "x.md", LIST.encode())
    claimed = claiming.claim_task(world.place, world.me, "T1")
    assert isinstance(claimed, claiming.Claimed)
    assert (
        listing.export_list(world.place)
        == LIST.replace("- [ ] Auth (scope: src/auth/**)", "- [~] **T1** Auth (scope: src/auth/**) — @pat").encode()
    )


def test_without_a_list_the_tasks_are_exported_as_one(world: ListWorld) -> None:
    world.plan(task("A", "a"))
    assert listing.export_list(world.place) == b"# Tasks\n\n- [ ] **A** Work on A (scope: `a`)\n"
