"""What every operation of the core needs: the store, the processes, the checkout and the settings in force."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from mcp_server.domain.settings import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.ports import Checkout, Machine, PageFile, Processes, Remote, Store, TaskFile, Workshop


class Workplace(NamedTuple):
    """One repository and its environment, as ports. `settings` is read each time, since people change them.

    `task_file`, `page`, `workshop` and `remote` are None where Interlock is not in use, `machine` where nothing is to
    be found out about it.
    """

    store: Store
    processes: Processes
    checkout: Checkout
    settings: Callable[[], Settings]
    task_file: TaskFile | None = None
    page: PageFile | None = None
    machine: Machine | None = None
    workshop: Callable[[], Workshop] | None = None
    remote: Remote | None = None
