"""Opens the boards that a person watches, in the terminal or the browser, whose libraries are loaded only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcp_server.cli.runner import caller, failing_in_words
from mcp_server.cli.services import Services
from mcp_server.domain.worktree import Trouble

if TYPE_CHECKING:
    from rich.console import Console

    from mcp_server.board.acts import Acts
    from mcp_server.board.live import LiveBoard


def watch_in_terminal(services: Services) -> None:
    """Show the board until the person quits."""
    from mcp_server.board.terminal.app import Board

    with failing_in_words(as_json=False):
        live, acts = live_board(services), persons_acts(services)
        live.view()  # what can't be read is said before the terminal is taken
    Board(live, acts, name=name_of(services), show_diff=lambda task: [str(services.program), "review", task]).run()


def serve_page(services: Services, port: int, console: Console) -> None:
    """Serve the board as a page until the person interrupts it."""
    from mcp_server.board.page.server import Page, serve

    def opened(address: str) -> None:
        console.print(f"The board is at {address}", highlight=False, soft_wrap=True)
        console.print("Only those who know this address see it, on this machine. Ctrl-C ends it.", style="dim")

    with failing_in_words(as_json=False):
        live, acts = live_board(services), persons_acts(services)
        live.view()  # what can't be read is said before a page is promised
        serve(Page(live, acts, name_of(services)), port, opened)


def name_of(services: Services) -> str:
    """What a board is headed with."""
    return services.root.rsplit("/", 1)[-1]


def live_board(services: Services) -> LiveBoard:
    """The board of this repository, over a store of its own."""
    from mcp_server.board.live import LiveBoard
    from mcp_server.board.looks import Looks

    place = services.open_another()
    try:
        trees = services.trees()
    except Trouble:  # outside git
        trees = None
    return LiveBoard(lambda: place, Looks(trees, place.checkout), services.stamp)


def persons_acts(services: Services) -> Acts:
    """The acts of whoever typed the command; each opens a store of its own."""
    from mcp_server.board.acts import Acts

    who = lambda books: caller(books, services, services.open_place(False))  # noqa: E731  one line, used once
    return Acts(services.open_another, who, services.merge_tool)
