"""What a command would write, as far as its text and the disk tell."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    How = Literal["file", "tree", "prefix"]
    Kind = Literal["discard", "stash", "clean", "stage", "head", "commit", "amend", "index"]
    Paths = Callable[[], list[str] | None]

MOST_REASONS = 12


class Write:
    """A path that would be created, changed, renamed or removed: absolute and real.

    `how` says whether it is that path alone, a directory and anything below it (existing or not), or any path whose
    spelling starts so. `brought`: git brings committed work to the whole worktree, as `merge` does, or takes it away
    with the worktree. `instead` is what to do instead, with `{paths}` for those of the agent, "" where nothing is.
    """

    __slots__ = ("brought", "how", "instead", "path", "verb")

    def __init__(self, path: str, how: "How", verb: str, *, brought: bool = False, instead: str = "") -> None:
        self.path = path
        self.how = how
        self.verb = verb
        self.brought = brought
        self.instead = instead

    def __repr__(self) -> str:
        return f"Write({self.path!r}, {self.how!r}, {self.verb!r})"


class Sweep:
    """A git command that concerns all who work in a worktree, and what to do instead.

    `paths` asks git which paths it concerns, relative to the root: it is refused only if somebody else holds one of
    them, or if they cannot be known (None). `below`: they are all at or below these. Without `paths` it concerns all.
    """

    __slots__ = ("below", "command", "instead", "kind", "paths", "root")

    def __init__(  # noqa: PLR0913  one value per part
        self,
        command: str,
        kind: "Kind",
        root: str,
        instead: str,
        paths: "Paths | None" = None,
        below: list[str] | None = None,
    ) -> None:
        self.command = command
        self.kind = kind
        self.root = root
        self.instead = instead
        self.paths = paths
        self.below = below

    def __repr__(self) -> str:
        return f"Sweep({self.command!r}, {self.kind!r}, {self.root!r}, {self.instead!r})"


class Reading:
    """The result of reading one command.

    `writes` are certain: the text says them. `possible` are those that a program makes beside its purpose, if it needs
    to. `unknown`: it may write more than both, and `why` says why. `unread`: why a part of it, which may hold a certain
    write, was not read at all; "" where all was.
    """

    __slots__ = tuple(
        """_possible _writes brings commits cut does_more instead persons_acts programs runs_interlock saves starts
        sweeps unknown unread why""".split()
    )

    def __init__(self) -> None:
        self._writes: dict[tuple[str, str], Write] = {}
        self._possible: dict[tuple[str, str], Write] = {}
        self.unknown = False
        self.unread = ""
        self.cut = ""  # the limit, if any, that made a text unknown which would be known
        self.brings = False  # said of the writes that are recorded while it is set, as is the next one
        self.instead = ""
        self.why: list[str] = []
        self.sweeps: list[Sweep] = []
        self.commits: list[str] = []  # the worktrees in which it commits with their hooks
        self.programs: list[str] = []
        self.persons_acts: list[str] = []  # calls of Interlock's command line that only a person may make
        self.starts: list[str] = []  # the programs by which it starts agents
        self.runs_interlock = False
        self.saves = False  # said of what is recorded while it is set: it only keeps what has been done
        self.does_more = False

    @property
    def writes(self) -> list[Write]:
        """What would be written, in the order of discovery, without duplicates."""
        return list(self._writes.values())

    @property
    def possible(self) -> list[Write]:
        """What might be written, and is not certain anyway, in the order of discovery."""
        return [write for key, write in self._possible.items() if key not in self._writes]

    @property
    def only_reads(self) -> bool:
        """Whether it certainly writes nothing at all."""
        return not (self._writes or self._possible or self.unknown or self.sweeps or self.persons_acts or self.starts)

    @property
    def only_saves(self) -> bool:
        """Whether beside reading it only keeps what was done: `git add`, `git commit`, Interlock's own commands."""
        return not (self.does_more or self.persons_acts)

    def add(self, path: str, how: "How", verb: str) -> None:
        """Record a certain write; a path that was recorded before keeps its first verb."""
        self.does_more = self.does_more or not self.saves
        write = Write(path, how, verb, brought=self.brings, instead=self.instead)
        known = self._writes.setdefault((path, how), write)
        known.brought = known.brought and self.brings

    def add_possible(self, path: str, how: "How", verb: str) -> None:
        """Record a write that the program makes if it needs to."""
        self.does_more = self.does_more or not self.saves
        write = Write(path, how, verb, brought=self.brings, instead=self.instead)
        self._possible.setdefault((path, how), write)

    def give_up(self, why: str) -> None:
        """Record that a part of the command, which may hold a certain write, is not read."""
        self.unread = self.unread or why
        self.mark_unknown(why)

    def cut_short(self, limit: str) -> None:
        """Record that a text is longer than is read, which matters only if a written path depends on it."""
        self.cut = self.cut or limit

    def mark_path_unknown(self, why: str) -> None:
        """Record that a path is written that is not known, be it because of a limit or not."""
        if self.cut:
            self.give_up(self.cut)
        self.mark_unknown(why)

    def mark_unknown(self, why: str) -> None:
        """Record that the command may write more than is known."""
        self.does_more = self.does_more or not self.saves
        self.unknown = True
        if why not in self.why and len(self.why) < MOST_REASONS:
            self.why.append(why)

    def starts_agent(self, program: str) -> None:
        """Record that it starts an agent by this program."""
        self.does_more = True
        self.starts.append(program)

    def sweep(self, sweep: Sweep) -> None:
        """Record a git command that affects the whole worktree."""
        self.does_more = self.does_more or not self.saves
        self.sweeps.append(sweep)
