"""Programs that a table describes in full: `program.Program` says what an entry means.

A new program is an entry here, its names with blanks between; only one that behaves in a way of its own needs a
function.
"""

from mcp_server.bash.programs.lookup import named_by

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Handler

_MODULES = "packages building formatters outputs".split()


def find(name: str) -> "Handler | None":
    """The entry of the program `name`, None when it is in no table. A table is loaded when it is looked into."""
    for module in _MODULES:
        loaded = __import__(f"mcp_server.bash.programs.tables.{module}", None, None, ["PROGRAMS"])
        programs: dict[str, Handler] = loaded.PROGRAMS
        found = named_by(programs, [name])
        if found is not None:
            return found
    return None
