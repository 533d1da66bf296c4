"""The interpreter that every shell carries: what runs a text, a command, a script file or a function."""

from mcp_server.bash.interpret import run_command, statements

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from mcp_server.bash.state.shell import Shell
    from mcp_server.bash.state.status import Status


class BashInterpreter:
    """Reads what a shell would run, and notes what it would write."""

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
