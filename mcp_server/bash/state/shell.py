"""The state of a shell: variables, directory, functions, options, and what it reads and prints."""

from mcp_server.bash.expand import globs, words
from mcp_server.bash.parse import grammar
from mcp_server.bash.state.virtual_disk import VirtualDisk
from mcp_server.bash.unknown import NAME_PIECE, OWN_PROCESS, UNKNOWN, is_known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Protocol

    from tree_sitter import Node

    from mcp_server.bash.parse.heredocs import HereDocument
    from mcp_server.bash.state import Status

    Value = str | list[str] | dict[str, str]

    class Interpreter(Protocol):
        """Runs things in a shell. It is injected, since whatever it runs may run more."""

        def run_text(self, shell: "Shell", text: str) -> Status:
            """Run the text of a script."""

        def run_words(self, shell: "Shell", words: list[str], *, functions: bool = True) -> Status:
            """Run a command whose words are expanded."""

        def run_file(self, shell: "Shell", path: str, arguments: list[str]) -> Status:
            """Run a script file by the interpreter that its first line names."""

        def call_function(self, shell: "Shell", body: Node, arguments: list[str]) -> Status:
            """Call a function of the shell."""


MOST_STEPS = 20_000
MOST_TEXTS = 24
MOST_OUTPUT = 400_000


class Exhausted(Exception):
    """The command takes more steps to follow than the budget allows."""


class ControlFlow(Exception):  # noqa: N818  not an error: the way out of a function, a loop or a shell
    """Skips the rest of a loop, a function or a shell."""


class Exited(ControlFlow):
    """The shell ends."""


class Returned(ControlFlow):
    """A function or a sourced file ends."""


class Broken(ControlFlow):
    """A loop ends, or with `again` continues with its next iteration."""

    def __init__(self, levels: int, *, again: bool) -> None:
        super().__init__()
        self.levels = levels
        self.again = again


class Lazy:
    """Output that is only computed when something reads it."""

    __slots__ = ("_make", "_made")

    def __init__(self, make: "Callable[[], object]") -> None:
        self._make = make
        self._made: list[object] = []

    def value(self) -> object:
        """The output itself."""
        if not self._made:
            self._made.append(resolved(self._make()))
        return self._made[0]


def resolved(printed: object) -> object:
    """`printed`, computed if it was lazy."""
    return printed.value() if isinstance(printed, Lazy) else printed


class Budget:
    """The steps that are left for one whole command."""

    __slots__ = ("left",)

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self.left = steps

    def spend_all(self, steps: int) -> None:
        """Use up steps that something else has taken already."""
        self.left = max(0, self.left - steps)

    def spend(self, steps: int) -> None:
        """Use up steps; raises Exhausted when none are left."""
        self.left -= steps
        if self.left < 0:
            raise Exhausted


class State:
    """A copy of the state that a branch may change."""

    __slots__ = ("aliases", "arguments", "directory", "functions", "options", "variables")

    def __init__(self, shell: "Shell") -> None:
        self.variables = dict(shell.variables)
        self.functions = dict(shell.functions)
        self.aliases = dict(shell.aliases)
        self.options = set(shell.options)
        self.arguments = list(shell.arguments)
        self.directory = shell.directory


class Shell:
    """One shell. A subshell is a `fork` of it: it shares disk, budget and reading, and has its own state."""

    def __init__(
        self, disk: VirtualDisk, directory: str, home: str, environment: "Mapping[str, str]", interpreter: "Interpreter"
    ) -> None:
        self.interpreter = interpreter
        self.disk = disk
        self.reading = disk.reading
        self.budget = Budget()
        self.environment = environment
        self.home = home
        self.directory: str | None = directory
        self.stack: list[str | None] = []
        self.variables: dict[str, Value | None] = {"PWD": directory, "HOME": home}
        self.functions: dict[str, Node] = {}
        self.aliases: dict[str, str] = {}
        self.options: set[str] = set()
        self.arguments: list[str] = []
        self.arguments_known = True
        self.script = "bash"
        self.bodies: list[HereDocument] = []
        self.traps: list[str] = []
        self.scopes: list[dict[str, Value | None]] = []
        self.out: list[object] = []
        self.stdin: object = ""
        self.output_is_read = False  # whether something reads what is printed
        self.certain = True
        self.depth = 0
        self.texts = 0  # nesting of texts: substitutions, sourced files, `bash -c`
        self.notes: dict[str, str] = {}  # what the command did to repositories, for later git commands

    def fork(self) -> "Shell":
        """A subshell: starts in the state of this shell and does not change it."""
        child = Shell.__new__(Shell)
        child.__dict__.update(self.__dict__)
        State.__init__(child, self)  # type: ignore[arg-type]  # its own copies of what State lists
        child.stack, child.traps, child.scopes = list(self.stack), [], []
        return child

    def spend(self, steps: int) -> None:
        """Use up steps of the budget."""
        self.budget.spend(steps)

    # Variables

    @property
    def separators(self) -> str:
        """The characters that separate fields (IFS)."""
        value = self.variables.get("IFS", " \t\n")
        return value if isinstance(value, str) and UNKNOWN not in value else " \t\n"

    def get(self, name: str) -> "Value | None":
        """The value of a variable, None when it is not set."""
        if name in self.variables:
            return self.variables[name]
        return self.environment.get(name)

    def set(self, name: str, value: "Value | None") -> None:
        """Set a variable; None unsets it."""
        self.variables[name] = value

    def set_local(self, name: str, value: "Value | None") -> None:
        """Set a variable until the function ends."""
        if self.scopes:
            self.scopes[-1].setdefault(name, self.get(name))
        self.set(name, value)

    def number(self, name: str) -> int | None:
        """The numeric value of a variable, 0 when it is not set."""
        value = self.get(name)
        if isinstance(value, list):
            value = value[0] if value else ""
        if not isinstance(value, str) or not value:
            return 0 if value is None or value == "" else None
        return int(value) if value.lstrip("-").isdigit() else None if not is_known(value) else 0

    def set_number(self, name: str, value: int | None) -> None:
        """Set a variable to a number."""
        self.set(name, NAME_PIECE if value is None else str(value))

    def word(self, text: str) -> str:
        """The text that a word expands to if nothing splits it."""
        return words.single(self, text)

    def pattern(self, text: str) -> str:
        """The pattern that a word expands to."""
        return words.pattern(self, text)

    def arithmetic(self, text: str) -> str:
        """The value of an arithmetic expression, as text."""
        from mcp_server.bash.expand import arithmetic

        expanded = words.body(self, text) if "$" in text or "`" in text else text
        number = arithmetic.value(expanded, self)
        return NAME_PIECE if number is None else str(number)

    # Directories and paths

    def home_of(self, user: str) -> str | None:
        """What `~user` expands to, None if it does not expand."""
        if user == "":
            home = self.get("HOME")
            return home if isinstance(home, str) else self.home
        if user in ("+", "-"):
            value = self.get("PWD" if user == "+" else "OLDPWD")
            return value if isinstance(value, str) else UNKNOWN
        return UNKNOWN if user.isidentifier() else None

    def locate(self, text: str) -> str | None:
        """The absolute path that an argument names; None when it can't be known."""
        for own in ("/proc/self/", "/proc/thread-self/", f"/proc/{OWN_PROCESS}/"):
            if text.startswith(own + "cwd") and self.directory:
                text = self.directory + text[len(own) + 3 :]
            elif text.startswith(own + "root/"):
                text = text[len(own) + 4 :]
        if UNKNOWN in text or not text:
            return None
        if text.startswith("/"):
            return text
        return None if self.directory is None else f"{self.directory.rstrip('/')}/{text}"

    def real(self, text: str) -> str | None:
        """The real path of an argument, links followed."""
        path = self.locate(text)
        return None if path is None else self.disk.real(path)

    def named(self, text: str) -> str | None:
        """The real path of an argument; a link at its end is not followed."""
        path = self.locate(text)
        if path is None:
            return None
        path = path.rstrip("/") or "/"
        above, _, name = path.rpartition("/")
        if name in ("", ".", ".."):
            return self.disk.real(path)
        return f"{self.disk.real(above or '/').rstrip('/')}/{name}"

    def matching(self, pattern: str) -> list[str]:
        """The paths that a pattern matches, spelled like the pattern."""

        def ask(question: "Callable[[str], object]") -> "Callable[[str], object]":
            return lambda text: question(self.locate(text) or "")

        self.spend(20)
        try:
            return globs.paths(
                pattern,
                entries=ask(self.disk.entries),  # type: ignore[arg-type]
                is_dir=ask(self.disk.is_dir),  # type: ignore[arg-type]
                exists=ask(lambda path: self.disk.exists(path) or self.disk.is_link(path)),  # type: ignore[arg-type]
                options=self.options,
            )
        except globs.TooMany:
            self.reading.cut_short("A pattern matches too many files to follow.")
            return [UNKNOWN]

    # Branches

    def merge(self, other: State) -> None:
        """Keep only what is known both here and in `other`."""
        for name in {*self.variables, *other.variables}:
            if self.variables.get(name) != other.variables.get(name):
                self.variables[name] = UNKNOWN
        self.functions = {**other.functions, **self.functions}
        self.aliases = {**other.aliases, **self.aliases}
        if self.directory != other.directory:
            self.directory = None
        if self.arguments != other.arguments:
            self.arguments_known = False

    def restore(self, state: State) -> None:
        """Return to `state`."""
        self.variables, self.functions = dict(state.variables), dict(state.functions)
        self.aliases, self.options = dict(state.aliases), set(state.options)
        self.arguments, self.directory = list(state.arguments), state.directory

    # Text in, text out

    def tree(self, text: str) -> "Node":
        """The syntax tree of `text`, after removing what the grammar misreads."""
        self.spend(2 + len(text) // 2_000)
        root = None if grammar.seems_misread(text) else grammar.parse(text)
        if root is None or root.has_error:
            from mcp_server.bash.parse import heredocs

            root = grammar.parse(heredocs.prepared(text, self.bodies))
        if root.has_error:
            self.reading.mark_unknown("Part of the command could not be parsed.")
        return root

    def print(self, text: object) -> None:
        """Print to the current output."""
        if len(self.out) < MOST_OUTPUT:
            self.out.append(text)

    def substitution(self, text: str) -> str:
        """The output of `$(text)`."""
        child = self.fork()
        child.out, child.output_is_read = [], True
        child.run(text)
        printed = resolved(joined(child.out))
        return printed.rstrip("\n") if isinstance(printed, str) else UNKNOWN

    def process_substitution(self, text: str, direction: str) -> str:
        """The name of the pipe of `<(text)` or `>(text)`."""
        child = self.fork()
        if direction == ">":
            child.stdin = UNKNOWN
            child.run(text)
            return self.disk.pipe(UNKNOWN)
        child.out, child.output_is_read = [], True
        child.run(text)
        return self.disk.pipe(joined(child.out))

    def run(self, text: str, file: str = "") -> None:
        """Run `text`, that of a `file` if it has a name, from start to end of this shell, with the traps at its end."""
        waiting = [text]
        while waiting:
            try:
                if file:
                    self.follow_file(waiting.pop(0), file)
                else:
                    self.follow(waiting.pop(0))
            except ControlFlow:
                self.depth = 0
            waiting += self.traps
            self.traps = []

    def follow_file(self, text: str, name: str) -> "Status":
        """Run the text of a script file: one that takes too long to follow is unknown, and the command goes on."""
        whole, self.budget = self.budget, Budget(self.budget.left // 2)
        given = self.budget.left
        try:
            return self.follow(text)
        except (Exhausted, RecursionError, globs.TooMany):
            self.disk.unpredictable = True
            self.reading.mark_unknown(f"Cannot tell what `{name}` writes: it is too long to follow.")
            return None
        finally:
            whole.spend_all(given - max(0, self.budget.left))
            self.budget = whole

    def follow(self, text: str) -> "Status":
        """Run `text` in this shell; returns its status."""
        if self.texts >= MOST_TEXTS:
            raise Exhausted
        depth, self.texts = self.depth, self.texts + 1
        try:
            return self.interpreter.run_text(self, text)
        finally:
            self.depth, self.texts = depth, self.texts - 1


def joined(printed: list[object]) -> object:
    """Everything that was printed as one text; unknown if any of several pieces is not text."""
    if len(printed) == 1:
        return printed[0]
    if any(isinstance(piece, Lazy) for piece in printed):
        return Lazy(lambda: joined([resolved(piece) for piece in printed]))
    texts = [piece for piece in printed if isinstance(piece, str)]
    if len(texts) < len(printed) or sum(map(len, texts)) > MOST_OUTPUT:
        return UNKNOWN
    return "".join(texts)
