"""Reads a Bash command: which paths it would write, as far as its text and the disk can tell."""

from mcp_server.bash.expand import globs
from mcp_server.bash.interpret import run_command, statements
from mcp_server.bash.reading import Reading
from mcp_server.bash.state.shell import Exhausted, Shell
from mcp_server.bash.state.virtual_disk import VirtualDisk
from mcp_server.bash.unknown import without_markers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from tree_sitter import Node

    from mcp_server.bash.state import Status
    from mcp_server.bash.state.files import Files

MOST_CHARACTERS = 300_000


def read(command: str, cwd: str, files: "Files", *, home: str, environment: "Mapping[str, str]") -> Reading:
    """What `command` would write when run in `cwd`. Never fails: what can't be followed is said in the reading."""
    reading = Reading()
    if len(command) > MOST_CHARACTERS:
        reading.give_up(f"The command has {len(command):,} characters; {MOST_CHARACTERS:,} are read.")
    text = without_markers(command[:MOST_CHARACTERS])
    if text != command[:MOST_CHARACTERS]:
        reading.mark_unknown("The command contains control characters.")
    shell = Shell(VirtualDisk(files, reading), cwd, home, environment, _Interpreter())
    try:
        shell.run(text)
    except (Exhausted, globs.TooMany):
        reading.give_up("The command has too many steps to follow.")
    except RecursionError:
        reading.give_up("The command is nested too deeply to follow.")
    except Exception as error:  # noqa: BLE001  a command that trips the reader, or takes too long, must not pass
        reading.give_up(f"The command could not be read: {type(error).__name__}: {error}")
    return reading


class _Interpreter:
    """Runs texts, commands, script files and functions for every shell; see state.shell.Interpreter."""

    __slots__ = ()

    def run_text(self, shell: "Shell", text: str) -> "Status":
        """Run the text of a script."""
        return statements.sequence(shell, shell.tree(text).children)

    def run_words(self, shell: "Shell", words: list[str], *, functions: bool = True) -> "Status":
        """Run a command whose words are expanded."""
        return run_command.run(shell, words, functions=functions)

    def run_file(self, shell: "Shell", path: str, arguments: list[str]) -> "Status":
        """Run a script file by the interpreter that its first line names."""
        from mcp_server.bash.interpret import run_script  # only a script pays for it

        return run_script.run(shell, path, arguments)

    def call_function(self, shell: "Shell", body: "Node", arguments: list[str]) -> "Status":
        """Call a function of the shell."""
        return statements.call_function(shell, body, arguments)
