"""The board in a terminal, driven by keys."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from mcp_server.board.terminal.app import Board, Page
from mcp_server.board.terminal.columns import Columns, TaskColumn
from mcp_server.core.tasks.update import update_task
from tests.board.conftest import acts_of, live_board, spend
from tests.workspace import Workspace

WIDE, NARROW = (140, 40), (80, 24)
Play = Callable[[Pilot[None], Board], Awaitable[None]]


def play(workspace: Workspace, size: tuple[int, int], steps: Play, **changes: object) -> Board:
    """Open the board, wait until it shows something, and play these steps."""
    acts = changes.get("acts") or acts_of(workspace)
    app = Board(live_board(workspace), acts, name="shop", show_diff=lambda task: ["true", task])  # type: ignore[arg-type]  # of this kind

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: app.query_one(Columns).chosen is not None)
            await steps(pilot, app)

    asyncio.run(run())
    return app


async def until(pilot: Pilot[None], seen: Callable[[], bool]) -> None:
    """Let the program go on until that is seen."""
    for _ in range(400):
        if seen():
            return
        await pilot.pause(0.02)
    raise AssertionError("it was not seen")


def shown(app: Board, name: str) -> str:
    return str(app.query_one(f"#{name}", Static).render())


def test_the_columns_show_the_tasks_and_the_cursor_begins_at_work(shop: Workspace) -> None:
    async def steps(pilot: Pilot[None], app: Board) -> None:
        titles = {str(column.id): str(column.border_title) for column in app.query(TaskColumn)}
        assert titles["working"] == "Working 1"
        assert titles["done"] == "Done 1"
        assert "shop" in shown(app, "counts")
        assert "B is blocked: a key" in shown(app, "needs")
        assert "interlock release B" in shown(app, "needs")
        row = app.query_one(Columns).chosen
        assert row is not None
        assert row.id == "A"
        await pilot.press("left")
        await until(pilot, lambda: (app.query_one(Columns).chosen or row).id == "D")
        await pilot.press("right", "right", "right")
        await until(pilot, lambda: (app.query_one(Columns).chosen or row).id == "B")

    play(shop, WIDE, steps)


def test_in_a_narrow_terminal_one_column_is_shown_below_the_names_of_all(shop: Workspace) -> None:
    async def steps(pilot: Pilot[None], app: Board) -> None:
        visible = [column.id for column in app.query(TaskColumn) if column.display]
        assert visible == ["working"]
        assert "Ready 1" in shown(app, "names")
        await pilot.press("right", "right")
        await until(pilot, lambda: [column.id for column in app.query(TaskColumn) if column.display] == ["blocked"])
        await pilot.resize_terminal(*WIDE)
        await until(pilot, lambda: all(column.display for column in app.query(TaskColumn)))

    play(shop, NARROW, steps)


def test_a_change_appears_and_the_cursor_stays_on_its_task(shop: Workspace) -> None:
    async def steps(pilot: Pilot[None], app: Board) -> None:
        other = shop.agent("cleo", pid=9)
        shop.claimed(other, "D")
        column = app.query_one("#working", TaskColumn)
        await until(pilot, lambda: str(column.border_title) == "Working 2")
        assert column.chosen is not None
        assert column.chosen.id == "A"
        update_task(shop.place, other, "D", status="blocked", note="a decision")
        await until(pilot, lambda: "a decision" in shown(app, "needs"))

    play(shop, WIDE, steps)


def test_a_task_is_released_after_a_question(shop: Workspace) -> None:
    async def steps(pilot: Pilot[None], app: Board) -> None:
        await pilot.press("x", "escape")
        assert shop.task("A").status == "in_progress"
        await pilot.press("x", "y")
        await until(pilot, lambda: shop.task("A").status == "todo")

    play(shop, WIDE, steps)


def test_a_message_is_written_and_an_empty_one_not_sent(shop: Workspace) -> None:
    async def steps(pilot: Pilot[None], app: Board) -> None:
        await pilot.press("m", "enter")
        await pilot.press("m")
        await until(pilot, lambda: bool(app.screen.query(Input)))
        await pilot.press(*"stop now", "enter")
        ada = shop.agent("ada")
        await until(pilot, lambda: [message.subject for message in shop.inbox(ada)] == ["stop now"])

    play(shop, WIDE, steps)


def test_what_waits_for_review_is_approved_or_rejected_with_a_reason(shop: Workspace) -> None:
    ada = shop.agent("ada", pid=7)
    update_task(shop.place, ada, "A", status="review")

    async def steps(pilot: Pilot[None], app: Board) -> None:
        await until(pilot, lambda: (chosen := app.query_one(Columns).chosen) is not None and chosen.column == "review")
        assert "A waits for review" in shown(app, "needs")
        await pilot.press("r")
        await until(pilot, lambda: bool(app.screen.query(Input)))
        await pilot.press(*"tests", "enter")
        await until(pilot, lambda: shop.task("A").status == "todo")
        shop.claimed(ada, "A")
        update_task(shop.place, ada, "A", status="review")
        review = app.query_one("#review", TaskColumn)
        await until(pilot, lambda: review.chosen is not None)
        app.query_one(Columns).go("review")
        await pilot.press("a", "y")
        await until(pilot, lambda: shop.task("A").status == "done")

    play(shop, WIDE, steps)


@pytest.mark.parametrize(
    ("key", "words"), [("g", "ada"), ("l", "claimed"), ("u", "12k tokens"), ("enter", "half of it is done")]
)
def test_pages_open_and_close(shop: Workspace, key: str, words: str) -> None:
    spend(shop, shop.agent("ada", pid=7), "A", 12_400)

    async def steps(pilot: Pilot[None], app: Board) -> None:
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, Page))
        text = "\n".join(str(strip.text) for strip in app.screen._compositor.render_strips())
        assert words in text
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, Page))

    play(shop, WIDE, steps)


def test_what_an_agent_may_not_do_is_said_and_not_done(shop: Workspace) -> None:
    async def steps(pilot: Pilot[None], app: Board) -> None:
        await pilot.press("x", "y")
        await until(pilot, lambda: any("only a person" in note.message for note in app._notifications))
        assert shop.task("A").status == "in_progress"

    play(shop, WIDE, steps, acts=acts_of(shop, "ada", "session"))


def test_the_command_that_attaches_is_copied(shop: Workspace) -> None:
    with shop.store.writing() as books:
        books.launches.add("A", 2, session="s", way="tmux", name="ada")

    async def steps(pilot: Pilot[None], app: Board) -> None:
        await pilot.press("c")
        await until(pilot, lambda: app.clipboard == "interlock attach A")

    play(shop, WIDE, steps)


def test_a_state_that_can_t_be_read_is_said_instead_of_a_crash(shop: Workspace) -> None:
    async def steps(pilot: Pilot[None], app: Board) -> None:
        shop.clock.fails = True
        await until(pilot, lambda: "no time" in shown(app, "counts"))
        shop.clock.fails = False
        await until(pilot, lambda: "shop" in shown(app, "counts"))

    play(shop, WIDE, steps)


def test_above_all_stands_that_the_database_cannot_be_reached(shop: Workspace) -> None:
    shop.mirrors(host="here")
    shop.mirrored(trouble="no route to host")

    async def steps(_pilot: Pilot[None], app: Board) -> None:
        assert "No route to host: what is said of other machines" in shown(app, "counts")

    play(shop, WIDE, steps)
