"""One call of a program, as the table of known programs sees it: its arguments, and how to say what it writes."""

from mcp_server.bash import options
from mcp_server.bash.interpret.redirections import shown
from mcp_server.bash.interpret.shell import resolved
from mcp_server.bash.unknown import UNKNOWN, is_known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.interpret.shell import Shell
    from mcp_server.bash.interpret.virtual_disk import World
    from mcp_server.bash.options import Options

OPEN = "open"
"""The status of a program whose failing is as usual as its succeeding."""


class Call:
    """What a program is called with. Paths are given as arguments spell them; what can't be known is said for it."""

    __slots__ = ("arguments", "name", "shell")

    def __init__(self, shell: "Shell", name: str, arguments: list[str]) -> None:
        self.shell = shell
        self.name = name
        self.arguments = arguments

    @property
    def world(self) -> "World":
        """The disk as it is by now."""
        return self.shell.world

    @property
    def stdin(self) -> object:
        """What it reads: a text, an archive, or the mark of the unknown."""
        return resolved(self.shell.stdin)

    @property
    def heard(self) -> bool:
        """Whether something reads what it prints."""
        return self.shell.heard

    def options(self, *, valued: str = "", attached: str = "", long: str = "", stop: bool = False) -> "Options":
        """Its options and operands."""
        return options.parsed(self.arguments, valued=valued, attached=attached, long=long, stop=stop)

    def prints(self, text: object = UNKNOWN) -> None:
        """It prints `text`; without one, nobody knows what."""
        self.shell.print(text)

    def doubt(self, why: str | None = None) -> None:
        """What it writes, or more of it, can't be known."""
        self.shell.reading.doubt(why or f"What `{self.name}` writes is not known.")

    def runs_anything(self, why: str | None = None) -> None:
        """It runs code that can't be read: any file may be there afterwards."""
        self.doubt(why)
        self.world.clouded = True

    def write(self, text: str) -> None:
        """A file is created or changed; a link is followed."""
        path = self._real(text)
        if path is not None and path != "/dev/stdout":
            self.world.write(path, self.name)

    def change(self, text: str) -> None:
        """A file that is there is changed; nothing happens where there is none."""
        path = self._real(text)
        if path is not None and (self.world.may_exist(path) or not is_known(path)):
            self.world.write(path, self.name)

    def replace(self, text: str) -> None:
        """A new file takes the place of what has this name, a link included."""
        path = self._named(text)
        if path is not None:
            self.world.replace(path, self.name)

    def touch_up(self, text: str, *, follow: bool = True) -> None:
        """The mode, owner or time of something that is there is changed."""
        path = self._real(text) if follow else self._named(text)
        if path is not None and self.world.may_exist(path):
            self.world.touch_up(path, self.name)

    def remove(self, text: str) -> None:
        """What has this name goes, with everything in it; nothing happens where there is nothing."""
        path = self._named(text)
        if path is not None and (self.world.kind(path) is not None or self.world.clouded or not is_known(path)):
            self.world.remove(path, self.name, certain=self.shell.certain)

    def make_directory(self, text: str, *, parents: bool = False) -> None:
        """A directory comes to be, with `parents` those above it too."""
        path = self._real(text)
        if path is None:
            return
        if parents:
            self.make_parents(path)
        self.world.make_directory(path, self.name)

    def make_parents(self, path: str) -> None:
        """The directories above a real path come to be as far as they are missing."""
        above = path.rpartition("/")[0]
        if above and self.world.kind(above) is None:
            self.make_parents(above)
            self.world.make_directory(above, self.name)

    def write_tree(self, text: str) -> None:
        """Anything in this directory may be written, and it itself come to be."""
        path = self._real(text)
        if path is not None:
            self.world.write(path, self.name, "tree")

    def write_prefix(self, text: str) -> None:
        """Any name that starts so may be written."""
        path = self._real(text)
        if path is not None:
            self.world.write(path + ("/" if text.endswith("/") else ""), self.name, "prefix")

    def named(self, text: str) -> str | None:
        """The path that an argument names, a link at its end not followed."""
        return self.shell.named(text)

    def text(self, argument: str) -> str | None:
        """The text of a file that an argument names, `-` for what it reads; None where it can't be known."""
        if argument in ("-", "/dev/stdin"):
            return self.stdin if isinstance(self.stdin, str) and UNKNOWN not in self.stdin else None
        path = self.shell.locate(argument)
        return None if path is None else self.world.text(path)

    def _real(self, text: str) -> str | None:
        path = self.shell.real(text)
        if path is None and text:
            self._doubt_path(text)
        return path

    def _named(self, text: str) -> str | None:
        path = self.shell.named(text)
        if path is None and text:
            self._doubt_path(text)
        return path

    def _doubt_path(self, text: str) -> None:
        place = "" if UNKNOWN in text else ": it is not known in which directory it runs"
        self.shell.reading.doubt(f"It is not known what `{self.name} {shown(text)}` writes{place}.")
