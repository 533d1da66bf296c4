"""`git` commands that create something besides the work tree: clones, worktrees, submodules, patches, settings."""

from mcp_server.bash.call import Call
from mcp_server.bash.programs.archives import Archive
from mcp_server.bash.programs.git.checkout import Checkout
from mcp_server.bash.programs.program import READS, Program
from mcp_server.bash.state.shell import Lazy
from mcp_server.bash.unknown import NAME_PIECE, UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.programs.git.checkout import Command

_READING_CONFIG = ("--get", "--get-all", "--get-regexp", "--get-urlmatch", "-l", "--list", "--get-color")


def anywhere(call: Call, name: str) -> None:
    """Commands that also work outside a repository."""
    if name == "apply":
        from mcp_server.bash.programs import patching

        patching.patch(call)
        return
    {"clone": _clone, "init": _init, "config": _config}[name](call)


def _clone(call: Call, _repo: Checkout | None = None) -> None:
    given = call.options(
        valued="ocbujn",
        long="origin config branch depth reference template upload-pack separate-git-dir jobs filter shallow-since",
    )
    if given.operands:
        source = given.operands[0].rstrip("/")
        base = source.rpartition("/")[2].rpartition(":")[2].removesuffix(".git")
        call.write_tree(given.operands[1] if len(given.operands) > 1 else base or UNKNOWN)
        path = call.shell.real(given.operands[1] if len(given.operands) > 1 else base)
        if path is not None:
            call.disk.make_directory(path, "git")


def _init(call: Call, _repo: Checkout | None = None) -> None:
    for name in call.options(valued="b", long="initial-branch template separate-git-dir object-format").operands[:1]:
        call.make_directory(name, parents=True)
        call.make_directory(name.rstrip("/") + "/.git")


def _config(call: Call, repo: Checkout | None = None) -> None:
    """`git config`: writes a file that is named; the repository's own is in git's directory."""
    given = call.options(valued="f", long="file blob type default comment value")
    words = [word for word in given.operands if word not in ("set", "unset", "get", "list")]
    reads = given.has(*_READING_CONFIG) or given.operands[:1] in (["get"], ["list"])
    changes = given.has("--unset", "--unset-all", "-e", "--edit", "--remove-section") or given.operands[:1] == ["unset"]
    if reads or (len(words) < 2 and not changes):
        from mcp_server.bash.programs.git import output as git_output

        git_output.reads(call, repo, "config")
        return
    name = given.value("-f", "--file")
    if name:
        call.write(name)
    elif given.has("--global"):
        call.write(call.shell.home + "/.gitconfig")


def _worktree(call: Call, repo: Checkout) -> None:
    words = call.arguments
    call.arguments = words[1:]
    given = call.options(valued="bB", long="reason expire orphan")
    if words[:1] == ["add"] and given.operands:
        path = call.shell.real(given.operands[0])
        if path is not None:
            call.make_parents(path)
        call.write_tree(given.operands[0])
        call.make_directory(given.operands[0])
        call.make_directory(given.operands[0].rstrip("/") + "/.git")
    elif words[:1] == ["remove"]:
        for name in given.operands[:1]:
            _remove_worktree(call, repo, name, force=given.has("-f", "--force"))
    elif words[:1] == ["move"] and len(given.operands) > 1:
        from mcp_server.bash.programs import copying

        copying.mv(call)
    elif words[:1] == ["list"]:
        call.prints()


def _remove_worktree(call: Call, repo: Checkout, name: str, *, force: bool) -> None:
    """`git worktree remove`: nothing is lost in it but what is uncommitted, and that only with --force."""
    reading, before = call.shell.reading, call.shell.reading.brings
    path = call.shell.locate(name)
    unsaved = force and path is not None and repo.text(["-C", path, "status", "--porcelain", "-z"])
    reading.brings = not unsaved
    call.remove(name)
    reading.brings = before


def _submodule(call: Call, repo: Checkout) -> None:
    words = [word for word in call.arguments if not word.startswith("-")]
    action = words[0] if words else "status"
    if action in ("status", "summary", "init", "sync"):
        call.prints()
    elif action == "add":
        source = words[1] if len(words) > 1 else UNKNOWN
        call.write_tree(words[2] if len(words) > 2 else source.rstrip("/").rpartition("/")[2].removesuffix(".git"))
        call.write(f"{repo.root}/.gitmodules")
    elif action == "deinit" and len(words) > 1:
        for name in words[1:]:
            call.write_tree(name)
    elif action == "foreach":
        call.runs_anything("Cannot tell in which submodules the command runs.")
    else:
        call.mark_unknown("Cannot tell which files `git submodule` changes.")
        for name in words[1:]:
            call.write_tree(name)


def _archive(call: Call, repo: Checkout) -> None:
    given = call.options(valued="o", long="output prefix format remote exec add-file")
    output = given.value("-o", "--output")
    content = Lazy(lambda: Archive(_members(repo, given.operands, given.value("--prefix") or "")))
    if output is not None:
        call.write(output)
        path = call.shell.real(output)
        if path is not None:
            call.disk.set_content(path, content)
    else:
        call.prints(content)


def _members(repo: Checkout, operands: list[str], prefix: str) -> list[str] | None:
    if not operands:
        return None
    names = repo.names(["ls-tree", "-r", "-z", "--name-only", repo.revision(operands[0]), "--", *operands[1:]])
    if names is None:
        return None
    return ([prefix] if prefix.endswith("/") else []) + [prefix + name for name in names]


def _format_patch(call: Call, repo: Checkout) -> None:
    given = call.options(valued="o", attached="njvN", long="output-directory start-number suffix subject-prefix to cc")
    if given.has("--stdout"):
        call.prints()
        return
    folder = given.value("-o", "--output-directory")
    if folder is not None:
        call.make_directory(folder, parents=True)
    prefix = (folder.rstrip("/") + "/") if folder else ""
    counted = next((word[1:] for word in call.arguments if word[:1] == "-" and word[1:].isdigit()), "")
    names = _patch_names(repo, given.operands, counted)
    plain = not given.has("-v", "--start-number", "--suffix", "--cover-letter", "--numbered-files")
    if names is None or not plain:
        call.write_prefix(prefix + NAME_PIECE)
        return
    for name in names:
        call.write(prefix + name)


def _patch_names(repo: Checkout, operands: list[str], counted: str) -> list[str] | None:
    selection = [f"-{counted}", *map(repo.revision, operands)] if counted else None
    if selection is None and operands:
        name = repo.revision(operands[0])
        selection = [name if ".." in name else f"{name}..HEAD"]
    if selection is None:
        return None
    text = repo.text(["log", "--reverse", "--no-merges", "--format=%f", *selection])
    if text is None:
        return None
    return [f"{number:04d}-{subject[:52]}.patch" for number, subject in enumerate(text.splitlines(), 1)]


_BUNDLE = Program(subcommands={"create": Program("@1")}, otherwise=READS)
COMMANDS: "dict[str, Command]" = {
    "clone": _clone,
    "init": _init,
    "config": _config,
    "worktree": _worktree,
    "submodule": _submodule,
    "archive": _archive,
    "format-patch": _format_patch,
    "bundle": lambda call, _repo: _BUNDLE(call),
}
