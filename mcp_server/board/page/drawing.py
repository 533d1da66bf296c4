"""Makes the page and its parts of a view, as HTML. Every text that anybody wrote is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from mcp_server.board.live import View
from mcp_server.board.page import charts
from mcp_server.board.page.scope_map import scope_map
from mcp_server.board.rows import HEADINGS, agent_row, rows_of, tokens
from mcp_server.core.board.snapshot import COLUMNS
from mcp_server.domain.presence import duration
from mcp_server.domain.text import count, stamp
from mcp_server.showing.wording import for_people

SECTIONS = {
    "needs": "Waiting for you",
    "columns": "Tasks",
    "agents": "Agents",
    "usage": "Usage",
    "scopes": "Scopes",
    "log": "Log",
}
PARTS = ("counts", *SECTIONS)
"""The parts of the page that are sent anew when they change, each a template of this name."""

_templates = Environment(
    loader=PackageLoader("mcp_server.board.page"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals.update(
    count=count, duration=duration, for_people=for_people, stamp=stamp, headings=HEADINGS, tokens=tokens
)


def page(view: View, name: str, notice: str = "") -> str:
    """The whole page, which also works where no script runs."""
    return _templates.get_template("page.html").render(
        parts=parts(view), sections=SECTIONS.items(), name=name, notice=notice
    )


def parts(view: View) -> dict[str, str]:
    """Each part of the page as it is now."""
    values = _values(view)
    return {name: _templates.get_template(f"{name}.html").render(values) for name in PARTS}


def _values(view: View) -> Mapping[str, Any]:
    seen = view.snapshot
    rows = rows_of(view)
    return {
        "seen": seen,
        "columns": [(name, [row for row in rows if row.column == name], seen.more.get(name, 0)) for name in COLUMNS],
        "agents": [agent_row(card) for card in seen.agents],
        "folders": scope_map(seen.tasks, rows),
        "spending": view.spending,
        "days": charts.upright(view.spending.days),
        "tasks": charts.lying(view.spending.tasks),
        "models": charts.lying(view.spending.models),
        "events": list(reversed(seen.events)),
    }
