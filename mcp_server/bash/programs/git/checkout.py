"""One worktree: its root, what git says about it, and what git commands write in it."""

from mcp_server.bash.reading import Sweep
from mcp_server.bash.unknown import UNKNOWN, is_known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mcp_server.bash.call import Call
    from mcp_server.bash.reading import Kind, Paths
    from mcp_server.bash.state import Status

    Command = Callable[[Call, "Checkout"], Status]

MOST_BYTES = 600_000
ELSEWHERE = "Do it in a worktree of your own: git worktree add ../NAME -b BRANCH"
_VALUED = ("-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path", "--config-env", "--super-prefix")


class Checkout:
    """A worktree. `moved_tree` says that another directory than the repository's own is the work tree."""

    def __init__(self, call: "Call", directory: str, root: str, options: list[str]) -> None:
        self.call = call
        self.directory = directory
        self.root = root
        self.options = options
        self.moved_tree = ""
        self.subcommand = ""

    @classmethod
    def of(cls, call: "Call") -> "tuple[Checkout | None, list[str]]":
        """The worktree that a git call applies to, and its words from the subcommand on."""
        words, options = list(call.arguments), []
        directory, tree = call.shell.directory, _environment(call, "GIT_WORK_TREE")
        git_dir = _environment(call, "GIT_DIR")
        while words and words[0].startswith("-"):
            name, equals, value = words.pop(0).partition("=")
            if name in _VALUED and not equals:
                value = words.pop(0) if words else ""
            options += [name, value] if name in ("-C", "-c") else []
            if name == "-C":
                directory = None if directory is None else _below(directory, value)
            elif name == "--git-dir":
                git_dir = value
            elif name == "--work-tree":
                tree = value
        if directory is None or not is_known(directory):
            return None, words
        if directory != call.shell.directory:
            call.shell = call.shell.fork()
            call.shell.directory = directory
        return cls._at(call, directory, git_dir, tree, options), words

    @classmethod
    def _at(cls, call: "Call", directory: str, git_dir: str, tree: str, options: list[str]) -> "Checkout | None":
        root = _root(call, directory) if not git_dir else _of_git_dir(call, _below(directory, git_dir))
        if root is None:
            return None
        found = cls(call, directory, root, options)
        if git_dir and not tree:
            tree = directory  # git takes the current directory for the root of the work tree then
        if tree and _below(directory, tree) != root:
            found.moved_tree = _below(directory, tree)
        return found

    # What git says

    def text(self, arguments: list[str]) -> str | None:
        """The output of a git command that only reads; None if git can't be run for it."""
        if any(not is_known(argument) for argument in arguments):
            return None
        self.call.shell.spend(50)
        return self.call.disk.files.git(self.directory, arguments, MOST_BYTES)

    def names(self, arguments: list[str]) -> list[str] | None:
        """The names in such an output, NUL between them."""
        text = self.text(arguments)
        return None if text is None else [name for name in text.split("\0") if name]

    def differences(self, arguments: list[str], paths: list[str]) -> list[tuple[str, str]] | None:
        """(letter, path from the root) for what a diff finds: A to create, D to remove, M to change."""
        found = self.names(
            ["diff", "--name-status", "--no-renames", "--no-ext-diff", "-z", *arguments, "--", *self.specs(paths)]
        )
        return None if found is None else list(zip(found[::2], found[1::2], strict=False))

    def specs(self, paths: list[str]) -> list[str]:
        """Operands as pathspecs."""
        return list(paths)

    def is_revision(self, text: str) -> bool:
        """Whether `text` names a commit."""
        if not text or not is_known(text) or text.startswith("-"):
            return False
        return self.text(["rev-parse", "--verify", "--quiet", f"{self.revision(text)}^{{commit}}"]) is not None

    def revision(self, text: str) -> str:
        """`text` as a revision, with HEAD where this command has moved it."""
        head = self.call.shell.notes.get(f"head {self.root}")
        if head is None or head == "HEAD":
            return text
        name = "@" if text[:1] == "@" and text[1:2] in ("", "~", "^") else "HEAD"
        rest = text[len(name) :]
        return head + rest if text.startswith(name) and rest[:1] in ("", "~", "^", "@") else text

    def head_is(self, text: str) -> None:
        """HEAD is at `text` from now on."""
        self.call.shell.notes = {**self.call.shell.notes, f"head {self.root}": self.revision(text)}

    def is_elsewhere(self, name: str) -> bool:
        """Whether `name` is another commit than HEAD, or is not known to be the same."""
        if name in ("HEAD", "@") and f"head {self.root}" not in self.call.shell.notes:
            return False
        text = self.text(["rev-parse", f"{self.revision(name)}^{{commit}}", "HEAD^{commit}"])
        return text is None or len(set(text.split())) > 1

    def current_branch(self) -> str:
        """The branch that is checked out; "" for none."""
        return (self.text(["symbolic-ref", "--quiet", "--short", "HEAD"]) or "").strip()

    # What it writes

    def absolute(self, name: str) -> str:
        """The path of a name from the root."""
        return f"{self.moved_tree or self.root}/{name}"

    def bring(self, found: "Iterable[tuple[str, str]] | None", *, what: str) -> None:
        """Write what a list of differences says: committed work, which nobody loses who does not work here."""
        reading, before = self.call.shell.reading, (self.call.shell.reading.brings, self.call.shell.reading.instead)
        reading.brings, reading.instead = True, ELSEWHERE
        try:
            self.apply_changes(found, what=what)
        finally:
            reading.brings, reading.instead = before

    def apply_changes(self, found: "Iterable[tuple[str, str]] | None", *, what: str) -> None:
        """Write and remove what a list of differences says; without one, anything may change."""
        if found is None:
            self.call.mark_unknown(f"Cannot tell which files `git {what}` changes.")
            self.call.may_write(f"{self.moved_tree or self.root}/")
            return
        for letter, name in found:
            if letter == "D":
                self.remove(self.absolute(name))
            else:
                self.write(self.absolute(name))

    def write(self, path: str) -> None:
        """Git replaces or creates a file, with the directories above it."""
        self.call.make_parents(path)
        self.call.replace(path)

    def remove(self, path: str) -> None:
        """Git removes a file, and the directories above it that are empty then."""
        if self.call.disk.kind(path) is None:
            return
        self.call.remove(path)
        if not self.call.shell.certain:
            return
        above = path.rpartition("/")[0]
        while len(above) > len(self.root) and not self.call.disk.entries(above):
            self.call.disk.remove(above, "git", certain=True)
            above = above.rpartition("/")[0]

    # What it says about itself

    def sweep(self, kind: "Kind", instead: str) -> None:
        """Record that this command affects the whole worktree."""
        self.call.shell.reading.sweep(Sweep(self._command(), kind, self.root, instead))

    def sweep_head(self, root: str = "") -> None:
        """Record that this command moves the HEAD of the worktree, or of the one at `root`."""
        self.call.shell.reading.sweep(Sweep(self._command(), "head", root or self.root, ELSEWHERE))

    def sweep_paths(self, kind: "Kind", instead: str, paths: "Paths", *, below: list[str] | None = None) -> None:
        """Record that this command concerns paths that `paths` asks git for, all of them at or below `below`."""
        self.call.shell.reading.sweep(Sweep(self._command(), kind, self.root, instead, paths, below))

    def _command(self) -> str:
        return " ".join(["git", self.subcommand, *self.call.arguments]).replace(UNKNOWN, "…")

    def is_whole(self, paths: list[str]) -> bool:
        """Whether one of `paths` is the root itself."""
        for path in paths:
            if path in (":/", ":/.", "*", ":"):
                return True
            if self.call.shell.real(path) == self.root:
                return True
        return False

    def run_hooks(self, *names: str) -> None:
        """Run the repository's own hooks."""
        folder = self._hooks_folder()
        for name in names:
            path = f"{folder}/{name}"
            mode = self.call.disk.files.mode(path)
            if mode is not None and mode & 0o111:
                child = self.call.shell.fork()
                child.directory = self.root
                child.interpreter.run_file(child, path, [])

    def _hooks_folder(self) -> str:
        for name, value in zip(self.options, self.options[1:], strict=False):
            if name == "-c" and value.lower().startswith("core.hookspath="):
                return _below(self.directory, value.partition("=")[2])
        config = self.call.disk.text(f"{self.root}/.git/config") or ""
        for line in config.splitlines():
            key, equals, value = line.partition("=")
            if equals and key.strip().lower() == "hookspath":
                return _below(self.root, value.strip())
        return f"{self.root}/.git/hooks"


def _environment(call: "Call", name: str) -> str:
    value = call.shell.get(name)
    return value if isinstance(value, str) else ""


def _below(directory: str, name: str) -> str:
    if name.startswith("/") or UNKNOWN in name:
        return name
    parts = directory.split("/")
    for part in name.split("/"):
        if part == "..":
            parts = parts[:-1] or [""]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts) or "/"


def _root(call: "Call", directory: str) -> str | None:
    folder = call.disk.real(directory)
    while True:
        if call.disk.kind(f"{folder.rstrip('/')}/.git") is not None:
            return folder
        above = folder.rpartition("/")[0]
        if folder in ("/", ""):
            return None
        folder = above or "/"


def _of_git_dir(call: "Call", git_dir: str) -> str | None:
    if git_dir.endswith("/.git"):
        return call.disk.real(git_dir[:-5])
    linked = (call.text(f"{git_dir}/gitdir") or "").strip()  # the folder that git keeps for a linked worktree
    if linked.endswith("/.git"):
        return call.disk.real(linked[:-5])
    return call.disk.real(git_dir) if call.disk.is_dir(git_dir) else None
