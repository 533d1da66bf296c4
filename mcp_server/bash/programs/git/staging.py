"""`git` commands on the index, which all share who work in a checkout: what they stage, unstage and commit."""

from mcp_server.bash.call import Call
from mcp_server.bash.options import Options
from mcp_server.bash.programs.git.checkout import Checkout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.programs.git.checkout import Command
    from mcp_server.bash.reading import Kind
    from mcp_server.bash.state import Status

ADD = "git add -- {paths}"
COMMIT = "git commit -- {paths}"
RESET = "git reset -- {paths}"


def staged(repo: Checkout, paths: list[str], against: str = "") -> list[str] | None:
    """The paths that are staged, below `paths` if there are any; None if git can't tell."""
    revision = [against] if against else []
    return repo.names(
        ["diff", "--cached", "--name-only", "--no-renames", "--no-ext-diff", "-z", *revision, "--", *paths]
    )


def _changed(repo: Checkout, paths: list[str]) -> list[str] | None:
    """What `git add` of these paths stages: changed and new files below them."""
    found = repo.names(["status", "--porcelain", "--no-renames", "--untracked-files=all", "-z", "--", *paths])
    return None if found is None else [entry[3:] for entry in found if entry[1:2] != " "]


def on_index(call: Call, repo: Checkout, paths: list[str], instead: str, *, unstages: bool = False) -> None:
    """Record that what is staged of these paths changes, or all that is staged without any."""
    asked = list(paths)
    repo.sweep_paths(
        "index",
        instead,
        (lambda: staged(repo, asked)) if unstages else (lambda: _changed(repo, asked)),
        below=_places(call, repo, asked) if asked else None,
    )


def _places(call: Call, repo: Checkout, paths: list[str]) -> list[str] | None:
    """The places of operands, relative to the root; None where one is a pattern or not known."""
    found = []
    for path in paths:
        real = call.named(path)
        if real is None or path.startswith(":") or any(sign in path for sign in "*?["):
            return None
        if real != repo.root and not real.startswith(repo.root + "/"):
            return None
        found.append(real[len(repo.root) + 1 :])
    return found


def _add(call: Call, repo: Checkout) -> None:
    """`git add`: writes only the index; on the whole tree it stages the work of others."""
    given = call.options(long="chmod pathspec-from-file")
    if given.has("-n", "--dry-run", "-h", "--help", "--refresh"):
        return
    every = given.has("-A", "--all", "-u", "--update") and not given.operands
    if every or repo.is_whole(given.operands):
        repo.sweep("stage", ADD)
    elif given.operands or given.has("-p", "--patch", "-i", "--interactive", "-e", "--edit", "--pathspec-from-file"):
        on_index(call, repo, given.operands, ADD)


def _commit(call: Call, repo: Checkout) -> None:
    """`git commit`: of all that is staged, or of paths; the repository's hooks are run."""
    given = call.options(
        valued="mFCct",
        attached="Su",
        long="message file author date template reuse-message reedit-message fixup squash trailer cleanup"
        " pathspec-from-file",
    )
    if given.has("--dry-run", "-h", "--help", "--short", "--porcelain", "--long"):
        return
    if given.has("-a", "--all"):
        repo.sweep("stage", COMMIT)
    else:
        _sweep_commit(call, repo, given)
    hooks = ["prepare-commit-msg", "post-commit"]
    if not given.has("-n", "--no-verify"):
        hooks = ["pre-commit", "commit-msg", *hooks]
        call.shell.reading.commits.append(repo.root)
    repo.run_hooks(*hooks)


def _sweep_commit(call: Call, repo: Checkout, given: Options) -> None:
    paths = given.operands
    alone = bool(paths) and not given.has("-i", "--include")
    amends = given.has("--amend")
    kind: Kind = "amend" if amends else "commit"

    def concerned() -> list[str] | None:
        index = [] if alone else staged(repo, [])
        named = repo.names(["diff", "HEAD", "--name-only", "--no-renames", "-z", "--", *paths]) if paths else []
        before = (
            repo.names(["show", "HEAD", "--format=", "--name-only", "--no-renames", "--first-parent", "-z"])
            if amends
            else []
        )
        found = (before, index, named)
        return None if None in found else [name for names in found for name in names or []]

    repo.sweep_paths(kind, COMMIT, concerned, below=_places(call, repo, paths) if alone and not amends else None)


def reset(call: Call, repo: Checkout) -> None:
    """`git reset`: moves HEAD, or changes what is staged; --hard, --merge and --keep touch files too."""
    given = call.options(attached="U", long="pathspec-from-file")
    words = call.arguments
    before = words[: words.index("--")] if "--" in words else words
    first = next((name for name in given.operands[:1] if name in before and repo.is_revision(name)), "")
    paths = given.operands[1:] if first else given.operands
    target = first or "HEAD"
    if paths or given.has("-p", "--patch", "--pathspec-from-file"):
        on_index(call, repo, paths, RESET, unstages=True)
        return
    if given.has("--hard"):
        repo.sweep("discard", "git checkout -- {paths}")
        repo.apply_changes(repo.differences(["-R", repo.revision(target)], []), what="reset --hard")
    elif repo.is_elsewhere(target):
        repo.sweep_head()
    elif not given.has("--soft"):
        on_index(call, repo, [], RESET, unstages=True)
    if given.has("--merge", "--keep"):
        repo.apply_changes(repo.differences([repo.revision("HEAD"), repo.revision(target)], []), what="reset")
    if not given.has("--soft"):
        call.shell.notes = {**call.shell.notes, f"index {repo.root}": repo.revision(target)}
    if target != "HEAD":
        repo.head_is(target)


def _update_index(call: Call, repo: Checkout) -> None:
    """`git update-index`: of the paths that are named, or listed in its input."""
    given = call.options(long="cacheinfo chmod index-version split-index")
    listed = [value.rpartition(",")[2] for value in given.values("--cacheinfo") if "," in value]
    if given.has("--stdin", "--index-info", "-z", "--again", "-g"):
        repo.sweep_paths("index", ADD, lambda: None)
    elif listed or given.operands:
        named = _places(call, repo, given.operands)
        paths = [*listed, *(named or [])]
        repo.sweep_paths("index", ADD, lambda: None if named is None else paths)


def _read_tree(call: Call, repo: Checkout) -> None:
    """`git read-tree`: replaces all that is staged; only -u touches files."""
    given = call.options(long="prefix index-output exclude-per-directory")
    if given.has("-n", "--dry-run", "--index-output"):
        return
    repo.sweep("stage", ADD)
    trees = given.operands
    if not given.has("-u"):
        return
    if given.has("--reset") and trees:
        repo.apply_changes(repo.differences(["-R", repo.revision(trees[-1])], []), what="read-tree")
    elif trees:
        before = repo.revision(trees[0] if len(trees) > 1 else "HEAD")
        repo.apply_changes(repo.differences([before, repo.revision(trees[-1])], []), what="read-tree")


def _saving(command: "Command") -> "Command":
    """The same command, which only keeps what has been done."""

    def save(call: Call, repo: Checkout) -> "Status":
        reading = call.shell.reading
        saved_before, reading.saves = reading.saves, True
        try:
            return command(call, repo)
        finally:
            reading.saves = saved_before

    return save


COMMANDS: "dict[str, Command]" = {
    "add stage": _saving(_add),
    "commit": _saving(_commit),
    "reset": reset,
    "update-index": _update_index,
    "read-tree": _read_tree,
}
