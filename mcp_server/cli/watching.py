"""Opens the boards that a person watches: in the terminal. Their libraries are loaded when one is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcp_server.cli.runner import caller, failing_in_words
from mcp_server.cli.services import Services
from mcp_server.domain.worktree import Trouble

if TYPE_CHECKING:
    from mcp_server.board.acts import Acts
    from mcp_server.board.live import LiveBoard


def watch_in_terminal(services: Services) -> None:
    """Show the board until the person quits."""
    from mcp_server.board.terminal.app import Board

    with failing_in_words(as_json=False):
        live, acts = live_board(services), persons_acts(services)
        live.view()  # what can't be read is said before the terminal is taken
    Board(
        live,
        acts,
        name=services.root.rsplit("/", 1)[-1],
        show_diff=lambda task: [str(services.program), "review", task],
    ).run()


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
    """What whoever typed the command may do from a board; its store is used by one act at a time."""
    from mcp_server.board.acts import Acts

    return Acts(services.open_another, lambda books: caller(books, services, services.open_place(False)))
