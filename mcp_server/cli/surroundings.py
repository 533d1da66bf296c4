"""What the commands need from outside, handed in by `app`: the repository, the server, the doctor, the demo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from mcp_server.core.checking import Locate
from mcp_server.core.workplace import Workplace
from mcp_server.domain.health import Finding
from mcp_server.domain.settings import Settings


class Surroundings(NamedTuple):
    """Everything concrete. `open_place(True)` puts the repository into use."""

    root: str
    state: Path
    in_use: Callable[[], bool]
    open_place: Callable[[bool], Workplace]
    locate: Locate
    settings: Callable[[], Settings]
    switch_mode: Callable[[str | None], None]
    serve: Callable[[], None]
    examine: Callable[[], list[Finding]]
    demo: Callable[[], int]
    version: str
