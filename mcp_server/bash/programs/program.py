"""What a program writes, as data.

A program writes *targets*. A text of targets has them with blanks between; each is a list of sources with `|` between,
of which the first that the call has is used:

- `-o`, `--output`: the value of this option
- `@1`, `@2`: the first, second operand; `@-1` the last of several; `@*` all of them, `@2*` those from the second on
- anything else is a path itself: `package.json`; `^go.mod` is looked for in the directories above too, and
  `^go.mod>go.sum` is beside that

A source may go on: `%.js` replaces the suffix, `+.pub` adds a text, `+*` is any name that starts so, `/..` is the
directory that it is in; `./` before it makes it a name in the current directory. A `/` at the end says that anything in
this directory may be written. After the target, `!--locked` means not with this option, `?-MMD` only with it.

    "--outFile|--outDir/|@*%.js"    `--outFile`, else below `--outDir`, else each operand with `.js` for its suffix
"""

from mcp_server.bash.options import parsed
from mcp_server.bash.programs import named_by
from mcp_server.bash.programs.rewriting import rewrite
from mcp_server.bash.unknown import readable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mcp_server.bash.call import Call, Handler
    from mcp_server.bash.options import Options
    from mcp_server.bash.state import Status

_PRINT = ("--help", "--version")
_DRY = "--dry-run"
_WRITES_NOTHING = (*_PRINT, _DRY)
"""Options with which no program of a table writes anything, unless it runs code: what follows may be meant for that."""
_RUNNERS = frozenset("run exec x dlx tool e r test".split())
"""Subcommands whose options may be meant for what they run."""


class Program:
    """One program, or one of its subcommands. Called with a `Call`, it records what that writes.

    - `writes`: targets that are the point of the command. `possible`: targets that it writes beside its purpose, if it
      needs to: a lock file, a cache. `removes`: targets that are removed.
    - `rewrites`: suffixes of the files that are changed in place, those named themselves and those in directories that
      are named; `*` for files that are named alone. `paths` says which: targets, by default the operands.
    - `runs`: options with which it runs code that can't be read, `*` for always. `unknown`: it writes more than that.
    - `only`, `unless`: options of which one, or none, must be given for it to rewrite, remove, run, and write targets
      but those that options name.
    - `helps`: the option with which all its subcommands but those that run something only print.
    - `prints`: options with which a program that runs code only prints, when they come before any operand.
    - `wraps`: it runs its operands as a command, from this one on.
    - `valued`: further options that have a value. `attached`: letters whose value is in the same word or left out.
      `whole`: a dash begins one option of any length, never several letters.
    - `instead`: what a refusal names to do instead, with `{paths}` for the agent's own. A program that rewrites files
      has its own form for that.
    - `modes`: what it is instead with an option. `subcommands`: what it is with a first operand, `""` for none,
      `otherwise` with any other. `directory`: options that say where it runs.
    """

    def __init__(  # noqa: PLR0913  each says one thing about a program
        self,
        writes: str = "",
        *,
        possible: str = "",
        removes: str = "",
        rewrites: str = "",
        paths: str = "@*",
        only: str = "",
        unless: str = "",
        runs: str = "",
        prints: str = "",
        helps: str = "",
        unknown: bool = False,
        wraps: int | None = None,
        valued: str = "",
        attached: str = "",
        whole: bool = False,
        instead: str = "",
        modes: "Mapping[str, Handler] | None" = None,
        subcommands: "Mapping[str, Handler] | None" = None,
        otherwise: "Handler | None" = None,
        directory: str = "",
    ) -> None:
        self.writes = writes
        self.possible = possible
        self.removes = removes
        self.rewrites = rewrites
        self.paths = paths
        self.only = only
        self.unless = unless
        self.runs = runs
        self.prints = prints
        self.helps = helps
        self.unknown = unknown
        self.wraps = wraps
        self.valued = valued
        self.attached = attached
        self.whole = whole
        self.instead = instead
        self.modes = modes or {}
        self.subcommands = subcommands or {}
        self.otherwise = otherwise
        self.directory = directory

    def __call__(self, call: "Call") -> "Status":
        """Record what `call` writes."""
        if self.directory:
            _enter(call, self.directory)
        given = self._parsed(call, stop=self.wraps is not None)
        mode = named_by(self.modes, (name for name, _ in given.given)) if self.modes else None
        if mode is not None:
            return mode(call)
        subcommand = self._subcommand(call) if self.subcommands or self.otherwise else None
        if subcommand is not None:
            return subcommand(call)
        if self._only_prints(call, given):
            call.prints()
            return None
        reading, before = call.shell.reading, call.shell.reading.instead
        reading.instead = self.instead or (self._own_form(call, given) if self.rewrites else before)
        try:
            return self._apply(call, given)
        finally:
            reading.instead = before

    def _own_form(self, call: "Call", given: "Options") -> str:
        """The same call for other paths, where it was not for single files; "" else."""
        if given.operands and not any(call.disk.is_dir(call.shell.locate(name) or "") for name in given.operands):
            return ""
        words = list(call.arguments)
        for name in given.operands:
            words.remove(name)
        form = " ".join([call.title, *(word for word in words if word != "--"), "{paths}"])
        return f"For your own paths: {readable(form)}"

    def _only_prints(self, call: "Call", given: "Options") -> bool:
        if self.runs == "*":
            return self._parsed(call, stop=True).has(*_PRINT, *self.prints.split())
        if self.whole and given.has("-h", "-help"):
            return True
        return self.wraps is None and given.has(*_WRITES_NOTHING)

    def _parsed(self, call: "Call", *, stop: bool) -> "Options":
        valued, flags = self._names()
        valued |= call.inherited
        return parsed(
            call.arguments,
            valued="".join(name[1] for name in valued if len(name) == 2),
            attached="".join(name[1] for name in self.attached.split()),
            long=" ".join(name[2:] for name in valued if name.startswith("--")),
            words={name: name in valued for name in (*flags, *valued) if name[1:2] != "-" and len(name) > 2},
            whole=self.whole,
            stop=stop,
        )

    def _names(self) -> tuple[set[str], set[str]]:
        """The options with a value and those without one that are named here."""
        valued = set(f"{self.valued} {self.directory}".split())
        flags = set(f"{self.only} {self.unless} {self.runs} {self.prints} {' '.join(self.modes)}".split())
        for target in _targets(f"{self.writes} {self.possible} {self.removes}"):
            valued |= {source.option for source in target.sources if source.option}
            flags |= {*target.only, *target.unless}
        return valued, {name for name in flags if name.startswith("-")} - valued

    def _subcommand(self, call: "Call") -> "Handler | None":
        """The handler of the first operand, which is removed from the arguments; None if it is no subcommand."""
        given = self._parsed(call, stop=True)
        if given.has(*_WRITES_NOTHING):
            return None
        word = given.operands[0] if given.operands else ""
        if self.helps and call.arguments[-1:] == [self.helps] and word not in _RUNNERS:
            return READS
        found = named_by(self.subcommands, [word]) or (self.otherwise if word else None)
        if found is not None:
            before = call.arguments[: len(call.arguments) - len(given.operands)]
            call.enter_subcommand(word, [*before, *given.operands[1:]], self.valued)
        return found

    def _apply(self, call: "Call", given: "Options") -> "Status":
        if self.wraps is None and given.has(_DRY):
            self._run_code(call, given)
            call.prints()
            return None
        acts = not (self.only and not _has(given, self.only)) and not _has(given, self.unless)
        for target in _targets(self.writes):
            for name in target.names(given, with_operands=acts):
                _write(call, name, makes_directory=True)
        for target in _targets(self.possible):
            for name in target.names(given):
                if target.is_asked_for(given):
                    _write(call, name, makes_directory=True)
                else:
                    call.may_write(_placed(call, name))
        if acts:
            self._act(call, given)
        if self.wraps is not None:
            words = given.operands[self.wraps :]
            if words:
                return call.run(words)
        call.prints()
        return None

    def _act(self, call: "Call", given: "Options") -> None:
        for target in _targets(self.removes):
            for name in target.names(given):
                call.remove(name)
        if self.rewrites:
            names = [name for target in _targets(self.paths) for name in target.names(given)]
            rewrite(call, [name for name in names if not self._may_be_a_value(call, name)], self.rewrites)
        if self.unknown:
            call.mark_unknown()
        self._run_code(call, given)

    def _may_be_a_value(self, call: "Call", name: str) -> bool:
        """Whether a file of another kind follows an option that is not known to have a value."""
        at = call.arguments.index(name) if name in call.arguments else 0
        before = call.arguments[at - 1] if at else ""
        if self.rewrites == "*" or not before.startswith("--") or "=" in before or before == "--":
            return False
        endings = tuple("." + suffix for suffix in self.rewrites.split())
        return not name.endswith(endings) and call.disk.kind(call.shell.real(name) or "") == "file"

    def _run_code(self, call: "Call", given: "Options") -> None:
        if self.runs == "*" or (self.runs and _has(given, self.runs)):
            call.runs_anything(f"`{readable(call.title)}` runs code that may write anything.")


class _Source:
    """Where a name comes from: an option, operands or itself, and how it is changed."""

    __slots__ = ("addition", "here", "is_tree", "option", "parent", "path", "suffix", "which")

    def __init__(self, text: str) -> None:
        self.is_tree = text.endswith("/")
        text = text.removesuffix("/")
        self.here = text.startswith("./@")
        text = text[2:] if self.here else text
        self.parent = text.endswith("/..")
        text = text.removesuffix("/..")
        text, _, self.addition = text.partition("+")
        text, replaces, suffix = text.partition("%")
        self.suffix = suffix if replaces else None
        self.option = text if text.startswith("-") else ""
        self.which = text[1:] if text.startswith("@") else ""
        self.path = "" if self.option or self.which else text

    def names(self, given: "Options") -> list[str]:
        """The names, a slash at the end of a directory's."""
        found = (
            given.values(self.option) if self.option else self._operands(given.operands) if self.which else [self.path]
        )
        # `info:` and the like are no files for the programs that read pictures.
        return [self._derived(name) for name in found if name not in ("", "-") and not name.endswith(":")]

    def _operands(self, operands: list[str]) -> list[str]:
        number, star, _ = self.which.partition("*")
        at = int(number or 1)
        if star:
            return operands[at - 1 :]
        if at < 0:
            return operands[at:] if len(operands) > 1 else []
        return operands[at - 1 : at]

    def _derived(self, name: str) -> str:
        if self.here:
            name = name.rstrip("/").rpartition("/")[2]
        if self.parent:
            name = name.rpartition("/")[0] or "."
        if self.suffix is not None:
            above, slash, base = name.rpartition("/")
            name = above + slash + (base.rpartition(".")[0] or base) + self.suffix
        return name + self.addition + ("/" if self.is_tree else "")


class _Target:
    """Sources, of which the first one given is used, and the options that the target depends on."""

    __slots__ = ("only", "sources", "unless")

    def __init__(self, text: str) -> None:
        text, *unless = text.split("!")
        text, *only = text.split("?")
        self.only = only
        self.unless = unless
        self.sources = [_Source(part) for part in text.split("|")]

    def is_asked_for(self, given: "Options") -> bool:
        """Whether an option of this call names it: what is possible by default is certain then."""
        return any(source.option and source.names(given) for source in self.sources)

    def names(self, given: "Options", *, with_operands: bool = True) -> list[str]:
        """The names that it stands for in this call; without `with_operands`, only those that options give."""
        if given.has(*self.unless) or (self.only and not given.has(*self.only)):
            return []
        for source in self.sources:
            names = source.names(given) if with_operands or source.option else []
            if names:
                return names
        return []


def _targets(text: str) -> "Iterator[_Target]":
    return map(_Target, text.split())


def _has(given: "Options", names: str) -> bool:
    # Operands count too: `-` for standard input, and options after `--` for a tool that this one runs.
    return given.has(*names.split()) or not set(names.split()).isdisjoint(given.operands)


def _enter(call: "Call", options: str) -> None:
    """Remove the options that say where it runs from the arguments, and change to that directory."""
    kept: list[str] = []
    directory = None
    words = iter(call.arguments)
    for word in words:
        name, equals, value = word.partition("=")
        if name in options.split():
            directory = value if equals else next(words, "")
        else:
            kept.append(word)
    if directory is not None:
        call.arguments = kept
        path = call.shell.locate(directory)
        call.shell = call.shell.fork()
        call.shell.directory = path if path is not None and call.disk.is_dir(path) else None


def _placed(call: "Call", name: str) -> str:
    """The name, or the place that it has beside a file in one of the directories above."""
    if not name.startswith("^"):
        return name
    anchor, _, beside = name[1:].partition(">")
    folder = call.shell.directory or ""
    while folder and not call.disk.exists(f"{folder}/{anchor}"):
        folder = folder.rpartition("/")[0]
    return f"{folder}/{beside or anchor}" if folder else beside or anchor


def _write(call: "Call", name: str, *, makes_directory: bool = False) -> None:
    name = _placed(call, name)
    if name.endswith("*"):
        call.write_prefix(name[:-1])
        return
    if not name.endswith("/"):
        call.write(name)
        return
    if makes_directory:
        call.make_directory(name.rstrip("/") or "/", parents=True)
    call.write_tree(name.rstrip("/") or "/")


READS = Program()
"""A program that writes nothing."""
