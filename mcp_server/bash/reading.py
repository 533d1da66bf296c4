"""What a command would write, as far as its text and the disk tell."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    How = Literal["file", "tree", "prefix"]
    Kind = Literal["discard", "stash", "clean", "stage"]

MOST_REASONS = 12


class Write:
    """A path that would be created, changed, renamed or removed: absolute and real.

    `how` says whether it is that path alone, a directory and anything below it (existing or not), or any path whose
    spelling starts so.
    """

    __slots__ = ("how", "path", "verb")

    def __init__(self, path: str, how: "How", verb: str) -> None:
        self.path = path
        self.how = how
        self.verb = verb

    def __repr__(self) -> str:
        return f"Write({self.path!r}, {self.how!r}, {self.verb!r})"


class Sweep:
    """A git command that affects a whole worktree, and the form for single paths to use instead."""

    __slots__ = ("command", "instead", "kind", "root")

    def __init__(self, command: str, kind: "Kind", root: str, instead: str) -> None:
        self.command = command
        self.kind = kind
        self.root = root
        self.instead = instead

    def __repr__(self) -> str:
        return f"Sweep({self.command!r}, {self.kind!r}, {self.root!r}, {self.instead!r})"


class Reading:
    """The result of reading one command. `unknown`: it may write more than `writes`, and `why` says why."""

    __slots__ = ("_writes", "programs", "sweeps", "unknown", "why")

    def __init__(self) -> None:
        self._writes: dict[tuple[str, str], Write] = {}
        self.unknown = False
        self.why: list[str] = []
        self.sweeps: list[Sweep] = []
        self.programs: list[str] = []

    @property
    def writes(self) -> list[Write]:
        """What would be written, in the order of discovery, without duplicates."""
        return list(self._writes.values())

    @property
    def only_reads(self) -> bool:
        """Whether it certainly writes nothing at all."""
        return not (self._writes or self.unknown or self.sweeps)

    def add(self, path: str, how: "How", verb: str) -> None:
        """Record a write; a path that was recorded before keeps its first verb."""
        self._writes.setdefault((path, how), Write(path, how, verb))

    def mark_unknown(self, why: str) -> None:
        """Record that the command may write more than is known."""
        self.unknown = True
        if why not in self.why and len(self.why) < MOST_REASONS:
            self.why.append(why)

    def sweep(self, sweep: Sweep) -> None:
        """Record a git command that affects the whole worktree."""
        self.sweeps.append(sweep)
