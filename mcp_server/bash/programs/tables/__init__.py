"""Programs that a table describes completely: `program.Program` says what an entry means.

A new program is an entry here, its names with blanks between; only one that behaves in a way of its own needs a
function.
"""

from mcp_server.bash.programs import named_by
from mcp_server.domain.heuristics.shell_words import PLAIN_WRAPPERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Handler

_MODULES = "packages building toolchains formatters outputs agents".split()


def find(name: str) -> "Handler | None":
    """The entry of the program `name`, None when it is in no table."""
    if name in PLAIN_WRAPPERS:
        from mcp_server.bash.programs.program import Program

        return Program(wraps=0)
    for module in _MODULES:
        if _may_have(module, name):
            loaded = __import__(f"mcp_server.bash.programs.tables.{module}", None, None, ["PROGRAMS"])
            programs: dict[str, Handler] = loaded.PROGRAMS
            found = named_by(programs, [name])
            if found is not None:
                return found
    return None


def _may_have(module: str, name: str) -> bool:
    """Whether the source of a table contains the name: a tenth of the time that it takes to load the table."""
    try:
        with open(f"{__path__[0]}/{module}.py", "rb") as file:  # noqa: PTH123  pathlib costs a hook three milliseconds
            return name.encode("utf-8", "surrogatepass") in file.read()
    except OSError:
        return True
