"""What every act of the core works with: the store, the processes, the checkout and the settings in force."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from mcp_server.domain.settings import Settings
from mcp_server.ports import Checkout, PageFile, Processes, Store, TaskFile


class Workplace(NamedTuple):
    """One repository and its surroundings, as ports. `settings` is asked each time, since people change them.

    There is no `task_file` and no `page` of the shared state where Interlock is not in use.
    """

    store: Store
    processes: Processes
    checkout: Checkout
    settings: Callable[[], Settings]
    task_file: TaskFile | None = None
    page: PageFile | None = None
