"""In which files of the repository does this output report errors?"""

from __future__ import annotations

from mcp_server.build_errors.reading import Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.build_errors.tree import Tree

_TELLING = tuple("rror|FAIL|ailed|ailure|xception|panic|Traceback|not ok|ERROR|atal|✖|✘|×".split("|"))

_STOPPED = (124, 130, 137, 141, 143)
"""Exit codes of a command that somebody or `timeout` stopped: they say nothing about what it printed."""


def may_report_errors(output: str, exit_code: int | None) -> bool:
    """Whether the output is worth reading. Cheap, and never False where `read` would find something."""
    if exit_code:
        return bool(output)
    return any(word in output for word in _TELLING)


def read(output: str, *, command: str, exit_code: int | None, cwd: str, tree: Tree) -> Report:
    """The files in which the output of `command`, run in `cwd`, reports errors. Never a guess."""
    if not may_report_errors(output, exit_code):
        return Report(None, {})
    from mcp_server.build_errors import directories, general, screen
    from mcp_server.build_errors.invocation import Invocation, below
    from mcp_server.build_errors.output import Output, counts_errors
    from mcp_server.build_errors.tools import table

    inside = below(cwd, tree.root) if cwd[:1] in "/\\" or cwd[1:2] == ":" else cwd.strip("./")
    invocation = Invocation(command, inside or "", tree)
    if invocation.only_looks or (exit_code == 0 and not invocation.hides):
        return Report(None, {})
    text = screen.plain(screen.ends(output))
    whole = screen.whole_lines(text)
    lines = screen.cut(whole)
    hidden = not exit_code and any(counts_errors(line) for line in lines if "rror" in line or "ERR!" in line)
    failed = hidden or ((exit_code or 0) > 0 and exit_code not in _STOPPED)
    parsed = Output(lines, invocation, inside or "", tree, failed=failed)
    directories.mark(parsed, inside or "")
    tool = table.read(parsed, "\n" + "\n".join(whole))
    general.read(parsed)
    return Report(tool, parsed.files)
