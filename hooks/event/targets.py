"""Which paths a tool call would write, by the tool's name and arguments; a tool that only reads writes none."""

from __future__ import annotations

from hooks.event.event import BadEvent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event

OWN_TOOLS = ("mcp__plugin_interlock_interlock__", "mcp__interlock__")
READERS = frozenset("CronList LSP ListAgents WebFetch WebSearch".split())
"""The client's own tools that only read, beside those that the guard is not asked about."""
EDITORS = {"Edit": "file_path", "Write": "file_path", "MultiEdit": "file_path", "NotebookEdit": "notebook_path"}


def targets(event: Event) -> tuple[list[str], list[tuple[str, str]]]:
    """The paths that this call would write, as it spells them, and the commands that it would run, with a directory.

    Refuses (BadEvent) an editor's call that names no path.
    """
    tool = event.tool
    own_name = tool.rsplit("__", 1)[-1]
    if own_name in EDITORS:  # Claude Code itself can be another session's server
        path = event.tool_input.get(EDITORS[own_name])
        if isinstance(path, str) and path:
            return [path], []
        if own_name == tool:
            raise BadEvent(f"the call of {tool} names no file in {EDITORS[tool]!r}")
    if not tool.startswith("mcp__") or is_own(tool):
        return [], []
    from hooks.event.other_servers import effect  # only calls of other servers' tools pay for it

    found = effect(tool, event.tool_input, event.cwd, event.project)
    return found.paths, found.commands


def reads(tool: str) -> bool:
    """Whether this tool only reads; of another server's its name says so."""
    if not tool.startswith("mcp__"):
        return tool in READERS
    from hooks.event.other_servers import only_reads

    return only_reads(tool)


def is_own(tool: str) -> bool:
    """Whether this is one of Interlock's own tools."""
    return tool.startswith(OWN_TOOLS)
