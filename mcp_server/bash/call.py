"""One call of a program: its arguments, and methods that record what it writes, prints and runs."""

from mcp_server.bash import options
from mcp_server.bash.state import LIKELY
from mcp_server.bash.state.shell import ControlFlow, resolved
from mcp_server.bash.unknown import NAME_PIECE, UNKNOWN, is_known, readable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp_server.bash.options import Options
    from mcp_server.bash.state import Status

    Handler = Callable[["Call"], Status]
    from mcp_server.bash.state.shell import Shell
    from mcp_server.bash.state.virtual_disk import VirtualDisk


class Call:
    """A call of a program. Its methods take paths as spelled in the arguments, and record what it writes."""

    __slots__ = ("arguments", "inherited", "name", "shell", "subcommand")

    def __init__(self, shell: "Shell", name: str, arguments: list[str]) -> None:
        self.shell = shell
        self.name = name
        self.arguments = arguments
        self.subcommand = ""
        self.inherited: set[str] = set()  # options with a value that it has before its subcommands

    @property
    def disk(self) -> "VirtualDisk":
        """The disk as the command has left it so far."""
        return self.shell.disk

    @property
    def stdin(self) -> object:
        """What it reads: a text, an archive, or the marker for unknown text."""
        return resolved(self.shell.stdin)

    @property
    def output_is_read(self) -> bool:
        """Whether anything reads its output."""
        return self.shell.output_is_read

    @property
    def title(self) -> str:
        """Its name in messages, with the subcommand if that is known."""
        return f"{self.name} {self.subcommand}".rstrip()

    def enter_subcommand(self, name: str, arguments: list[str], valued: str) -> None:
        """Turn this into a call of the subcommand `name`, which also takes the program's own options with a value."""
        self.subcommand = f"{self.subcommand} {name}".strip()
        self.arguments = arguments
        self.inherited = self.inherited | set(valued.split())

    def options(self, *, valued: str = "", attached: str = "", long: str = "", stop: bool = False) -> "Options":
        """Its options and operands."""
        return options.parsed(self.arguments, valued=valued, attached=attached, long=long, stop=stop)

    def prints(self, text: object = UNKNOWN) -> None:
        """It prints `text`, by default something unknown."""
        self.shell.print(text)

    def mark_unknown(self, why: str | None = None) -> None:
        """It may write more than was recorded."""
        self.shell.reading.mark_unknown(why or f"Cannot tell what `{readable(self.title)}` writes.")

    def runs_anything(self, why: str | None = None) -> None:
        """It runs code that can't be read: afterwards any file may exist."""
        self.mark_unknown(why)
        self.disk.unpredictable = True

    def run(self, words: list[str], shell: "Shell | None" = None) -> "Status":
        """Run a program as a separate process; `shell` is a fork prepared for it."""
        child = (shell or self.shell).fork()
        child.functions = {}
        try:
            return child.interpreter.run_words(child, words)
        except ControlFlow:
            return LIKELY

    def run_shell(  # noqa: PLR0913  all that a shell is given
        self,
        text: str,
        arguments: "list[str] | None" = None,
        script: str = "sh",
        shell: "Shell | None" = None,
        *,
        file: str = "",
    ) -> "Status":
        """Run `text`, that of a `file` if it has a name, in a separate shell, with `arguments`."""
        if UNKNOWN in text or (NAME_PIECE in text and not text.strip(NAME_PIECE)):
            self.runs_anything(f"Cannot tell what `{self.name}` runs.")
            self.prints()
            return None
        child = (shell or self.shell).fork()
        child.functions, child.aliases, child.options = {}, {}, set()
        child.arguments, child.script, child.stack = arguments or [], script, []
        child.arguments_known = UNKNOWN not in child.arguments
        try:
            child.run(text, file)
        except ControlFlow:
            return None
        return LIKELY

    def write(self, text: str) -> None:
        """It creates or changes a file; a link is followed."""
        path = self._real(text)
        if path is not None and path != "/dev/stdout":
            self.disk.write(path, self.name)

    def change(self, text: str) -> None:
        """It changes a file, if the file exists."""
        path = self._real(text)
        if path is not None and (self.disk.may_exist(path) or not is_known(path)):
            self.disk.write(path, self.name)

    def replace(self, text: str) -> None:
        """It replaces what has this name, even a link, by a new file."""
        path = self._named(text)
        if path is not None:
            self.disk.replace(path, self.name)

    def change_attributes(self, text: str, *, follow: bool = True) -> None:
        """It changes the mode, owner or time of something, if that exists."""
        path = self._real(text) if follow else self._named(text)
        if path is not None and self.disk.may_exist(path):
            self.disk.change_attributes(path, self.name)

    def remove(self, text: str) -> None:
        """It removes what has this name, with everything in it, if it exists."""
        path = self._named(text)
        if path is not None and (self.disk.kind(path) is not None or self.disk.unpredictable or not is_known(path)):
            self.disk.remove(path, self.name, certain=self.shell.certain)

    def make_directory(self, text: str, *, parents: bool = False) -> None:
        """It creates a directory; with `parents` those above it too."""
        path = self._real(text)
        if path is None:
            return
        if parents:
            self.make_parents(path)
        self.disk.make_directory(path, self.name)

    def make_parents(self, path: str) -> None:
        """It creates the missing directories above a real path."""
        above = path.rpartition("/")[0]
        if above and self.disk.kind(above) is None:
            self.make_parents(above)
            self.disk.make_directory(above, self.name)

    def write_tree(self, text: str) -> None:
        """It may write anything in this directory, and create it."""
        path = self._real(text)
        if path is not None:
            self.disk.write(path, self.name, "tree")

    def write_prefix(self, text: str) -> None:
        """It may write any path that starts with this text."""
        path = self._real(text)
        if path is not None:
            self.disk.write(path + ("/" if text.endswith("/") else ""), self.name, "prefix")

    def may_write(self, text: str) -> None:
        """It may write a file, or with a slash at its end anything in a directory, beside its purpose."""
        path = self.shell.real(text)
        if path is not None:
            self.disk.may_write(path, self.name, "tree" if text.endswith("/") else "file")

    def named(self, text: str) -> str | None:
        """The path that an argument names, a link at its end not followed."""
        return self.shell.named(text)

    def text(self, argument: str) -> str | None:
        """The text of a file that an argument names, `-` for the input; None if it is unknown."""
        if argument in ("-", "/dev/stdin"):
            return self.stdin if isinstance(self.stdin, str) and UNKNOWN not in self.stdin else None
        path = self.shell.locate(argument)
        return None if path is None else self.disk.text(path)

    def script(self, name: str) -> str | None:
        """The text of a script that it runs; None if it is missing, or unknown, which marks the reading."""
        text = self.text(name)
        path = self.shell.locate(name)
        if text is None and (path is None or self.disk.may_exist(path)):
            self.runs_anything(f"Cannot tell what `{readable(name)}` writes.")
        return text

    def _real(self, text: str) -> str | None:
        path = self.shell.real(text)
        if path is None and text:
            self._mark_path_unknown(text)
        return path

    def _named(self, text: str) -> str | None:
        path = self.shell.named(text)
        if path is None and text:
            self._mark_path_unknown(text)
        return path

    def _mark_path_unknown(self, text: str) -> None:
        directory = "" if UNKNOWN in text else ": the directory it runs in is not known"
        self.shell.reading.mark_path_unknown(f"Cannot tell what `{self.name} {readable(text)}` writes{directory}.")
