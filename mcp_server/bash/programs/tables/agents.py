"""Programs that start agents: what such an agent does is no business of the command's text."""

from mcp_server.bash.programs.program import READS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler
    from mcp_server.bash.state import Status

_LOOKS = frozenset(
    """agents attach auth config doctor help list login logout logs mcp models plugin plugins rm stop update
    upgrade""".split()
)
"""What they are asked without starting an agent."""
_PRINTS = frozenset("-h --help -v -V --version".split())


def _agent(call: "Call") -> "Status":
    """An agent, with the rest of the words as its prompt."""
    operand = next((word for word in call.arguments if not word.startswith("-")), None)
    if operand in _LOOKS or not _PRINTS.isdisjoint(call.arguments):
        return READS(call)
    call.shell.reading.starts_agent(call.title)
    call.runs_anything(f"`{call.title}` starts an agent, which may write anything.")
    call.prints()
    return None


PROGRAMS: "dict[str, Handler]" = {
    "claude codex gemini aider opencode goose cursor-agent amp crush qwen copilot": _agent
}
