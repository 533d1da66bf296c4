"""`git` commands that restore, remove and move files: checkout, restore, switch, reset, stash, clean, rm, mv."""

from mcp_server.bash.call import Call
from mcp_server.bash.options import Options
from mcp_server.bash.programs.git import staging
from mcp_server.bash.programs.git.checkout import Checkout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.programs.git.checkout import Command

INSTEAD = {
    "checkout": "git checkout -- {paths}",
    "restore": "git restore -- {paths}",
    "stash": "git stash push -- {paths}",
    "clean": "git clean -fd -- {paths}",
}


def _checkout(call: Call, repo: Checkout) -> None:
    """`git checkout`: of paths, of a branch, of both."""
    given = call.options(valued="bB", attached="", long="orphan conflict pathspec-from-file")
    if given.has("-p", "--patch", "--pathspec-from-file"):
        call.mark_unknown("Cannot tell which files `git checkout` changes.")
        return
    words = call.arguments
    before = [name for name in given.operands if "--" not in words or name in words[: words.index("--")]]
    paths = given.operands[len(before) :] if "--" in words else []
    new = given.has("-b", "-B", "--orphan")
    if not new and not paths and before and "--" not in words:
        if not repo.is_revision(before[0]) and not repo.is_revision(f"origin/{before[0]}"):
            before, paths = [], before
        elif len(before) > 1:
            before, paths = before[:1], before[1:]
    if paths:
        _paths(call, repo, before[0] if before else None, paths)
    else:
        name = before[0] if before else ""
        if new or given.has("--detach", "-d", "-t", "--track") or name not in ("", "HEAD", "@", repo.current_branch()):
            repo.sweep_head()
        _branch(call, repo, name, force=given.has("-f", "--force"), orphan=given.has("--orphan"))


def _paths(call: Call, repo: Checkout, source: str | None, paths: list[str], *, removes: bool = False) -> None:
    if repo.is_whole(paths):
        repo.sweep("discard", INSTEAD["restore" if removes else "checkout"])
    if repo.moved_tree:
        found = repo.names(["ls-tree", "-r", "-z", "--name-only", "--full-name", source or "HEAD", "--", *paths])
        repo.apply_changes(None if found is None else [("A", name) for name in found], what="checkout")
        return
    index = call.shell.notes.get(f"index {repo.root}")
    revision = repo.revision(source) if source else index
    found_pairs = repo.differences(["-R", *([revision] if revision else [])], paths)
    if found_pairs is not None and not removes:
        found_pairs = [pair for pair in found_pairs if pair[0] != "D"]
    _with_written(call, repo, paths)
    repo.apply_changes(found_pairs, what="checkout")


def _with_written(call: Call, repo: Checkout, paths: list[str]) -> None:
    """Paths that this same command has changed are restored too; git does not know of these changes yet."""
    for path in paths:
        real = call.named(path)
        if real is not None and any(write.path == real for write in call.shell.reading.writes):
            call.replace(path)


def _branch(call: Call, repo: Checkout, name: str, *, force: bool, orphan: bool = False) -> None:
    if force and not name:
        repo.sweep("discard", INSTEAD["checkout"])
    target = "@{-1}" if name == "-" else name or "HEAD"
    if orphan and not name:
        return
    if target != "HEAD" and not repo.is_revision(target):
        target = f"origin/{target}"
        if not repo.is_revision(target):
            if call.disk.unpredictable or "\0" in name:
                repo.bring(None, what="checkout")
            return
    revision = repo.revision(target)
    if force:
        repo.apply_changes(repo.differences(["-R", revision], []), what="checkout -f")
    elif target != "HEAD":
        repo.bring(repo.differences([repo.revision("HEAD"), revision], []), what="checkout")
    repo.head_is(target)
    repo.run_hooks("post-checkout")


def _switch(call: Call, repo: Checkout) -> None:
    given = call.options(valued="cC", long="create force-create orphan conflict")
    start = given.operands[0] if given.operands else ""
    force = given.has("-f", "--force", "--discard-changes")
    new = given.has("-c", "-C", "--create", "--force-create", "--orphan", "-d", "--detach", "-t", "--track")
    if new or (start and start != repo.current_branch()):
        repo.sweep_head()
    if given.has("--orphan"):
        repo.bring(None, what="switch --orphan")
    elif start or force:
        _branch(call, repo, start, force=force)


def _restore(call: Call, repo: Checkout) -> None:
    given = call.options(valued="sU", long="source pathspec-from-file conflict")
    if given.has("-S", "--staged"):
        whole = repo.is_whole(given.operands)
        staging.on_index(call, repo, [] if whole else given.operands, "git restore --staged -- {paths}", unstages=True)
    if given.has("-S", "--staged") and not given.has("-W", "--worktree"):
        return
    if given.has("-p", "--patch", "--pathspec-from-file"):
        call.mark_unknown("Cannot tell which files `git restore` changes.")
        return
    source = given.value("-s", "--source")
    if source is None and given.has("-S", "--staged"):
        source = "HEAD"
    if given.operands:
        _paths(call, repo, source, given.operands, removes=True)


def stash(call: Call, repo: Checkout) -> None:
    """`git stash`."""
    words = list(call.arguments)
    action = words.pop(0) if words and not words[0].startswith("-") else "push"
    if action in ("list", "show"):
        from mcp_server.bash.programs.git import output

        output.reads(call, repo, "stash")
    elif action in ("drop", "clear"):
        _drop(repo, action, words)
    elif action in ("create", "store", "export", "import"):
        call.prints()
    elif action in ("pop", "apply", "branch"):
        _unstash(call, repo, words)
    else:
        call.arguments = words
        _stash(call, repo, action)


def _stash(call: Call, repo: Checkout, action: str) -> None:
    given = call.options(valued="m", long="message pathspec-from-file")
    paths = given.operands if action == "push" else []
    if given.has("-p", "--patch", "--pathspec-from-file"):
        call.mark_unknown("Cannot tell which files `git stash` changes.")
        return
    if not paths or repo.is_whole(paths):
        repo.sweep("stash", INSTEAD["stash"])
    found = repo.differences(["-R", *(["--cached"] if given.has("-S", "--staged") else []), "HEAD"], paths)
    if given.has("-u", "--include-untracked", "-a", "--all") and found is not None:
        ignored = [] if given.has("-a", "--all") else ["--exclude-standard"]
        others = repo.names(["ls-files", "--others", "-z", "--full-name", *ignored, "--", *(paths or [":/"])])
        found = None if others is None else [*found, *(("D", name) for name in others)]
    repo.apply_changes(found, what="stash")
    names = "\0".join(name for _, name in found or [])
    call.shell.notes = {**call.shell.notes, f"stash {repo.root}": names}


def _drop(repo: Checkout, action: str, words: list[str]) -> None:
    """`git stash drop` and `clear`: all worktrees share the stash, and what others put there is lost."""
    if f"stash {repo.root}" in repo.call.shell.notes and action == "drop" and not words:
        return  # what this command itself has put there
    entry = next((word for word in words if not word.startswith("-")), "0")
    name = entry if not entry.isdigit() else f"stash@{{{entry}}}"

    def concerned() -> list[str] | None:
        if action == "drop":
            return repo.names(["stash", "show", "--name-only", "--no-renames", "-z", name])
        listed = repo.text(["stash", "list", "--format=%gd"])
        shown = [repo.names(["stash", "show", "--name-only", "-z", one]) for one in (listed or "").split()]
        return None if listed is None or None in shown else [path for names in shown for path in names or []]

    repo.sweep_paths("stash", "Drop only your own: git stash list, git stash drop stash@{NUMBER}", concerned)


def _unstash(call: Call, repo: Checkout, words: list[str]) -> None:
    named = [word for word in words if not word.startswith("-")][-1:]
    stashed = call.shell.notes.get(f"stash {repo.root}")
    if stashed is not None:
        repo.apply_changes([("A", name) for name in stashed.split("\0") if name], what="stash pop")
        return
    entry = named[0] if named and named[0].startswith(("stash@", "refs/")) else "stash@{0}"
    if named and named[0].isdigit():
        entry = f"stash@{{{named[0]}}}"
    found = repo.differences([f"{entry}^1", entry], [])
    if found is None and repo.text(["rev-parse", "--verify", "--quiet", entry]) is None:
        return
    if found is not None:
        untracked = repo.names(["ls-tree", "-r", "-z", "--name-only", "--full-tree", f"{entry}^3"])
        found += [("A", name) for name in untracked or []]
    repo.apply_changes(found, what="stash pop")


def clean(call: Call, repo: Checkout) -> None:
    """`git clean`."""
    given = call.options(valued="e", long="exclude")
    if given.has("-n", "--dry-run"):
        return
    if given.has("-i", "--interactive"):
        call.mark_unknown("Cannot tell which files `git clean` removes.")
        return
    if not given.has("-f", "--force"):
        return
    paths = given.operands
    if (not paths and call.shell.real(".") == repo.root) or repo.is_whole(paths):
        repo.sweep("clean", INSTEAD["clean"])
    found = repo.names(["ls-files", "--others", "--directory", "-z", "--full-name", *_kinds(given), "--", *paths])
    if found is None:
        repo.apply_changes(None, what="clean")
    else:
        _clean(call, repo, given, found)


def _kinds(given: Options) -> list[str]:
    if given.has("-X"):
        return ["--ignored", "--exclude-standard"]
    if given.has("-x"):
        return [f"--exclude={pattern}" for pattern in given.values("-e", "--exclude")]
    return ["--exclude-standard"]


def _clean(call: Call, repo: Checkout, given: Options, found: list[str]) -> None:
    kept = given.values("-e", "--exclude")
    for name in found:
        path = f"{repo.root}/{name.rstrip('/')}"
        nested = call.disk.kind(f"{path}/.git") is not None
        if (name.endswith("/") and not given.has("-d") and name.rstrip("/") not in given.operands) or nested:
            continue
        if not any(pattern.rstrip("/") in name.rstrip("/").split("/") for pattern in kept):
            call.remove(path)


def remove(call: Call, repo: Checkout) -> None:
    """`git rm`."""
    given = call.options(long="pathspec-from-file")
    if given.has("-n", "--dry-run"):
        return
    if given.has("--cached"):
        whole = repo.is_whole(given.operands)
        repo.sweep_paths(
            "index",
            "git rm --cached -- {paths}",
            lambda: repo.names(["ls-files", "-z", "--full-name", "--", *([] if whole else given.operands)]),
        )
        return
    found = repo.names(["ls-files", "-z", "--full-name", "--", *given.operands])
    if found is None or given.has("--pathspec-from-file"):
        call.mark_unknown("Cannot tell which files `git rm` removes.")
        return
    if found and not given.has("-r"):
        wanted = {call.named(name) for name in given.operands}
        globs = any(sign in name for name in given.operands for sign in "*?[")
        found = [name for name in found if globs or f"{repo.root}/{name}" in wanted]
    for name in found:
        repo.remove(f"{repo.root}/{name}")


def _move(call: Call, repo: Checkout) -> None:
    from mcp_server.bash.programs import copying

    given = call.options()
    if not given.has("-n", "--dry-run"):
        call.arguments = ["--", *given.operands]
        copying.mv(call)


def _checkout_index(call: Call, repo: Checkout) -> None:
    given = call.options(long="prefix stage temp")
    if given.has("-a", "--all"):
        prefix = given.value("--prefix")
        if prefix:
            call.write_tree(prefix)
            return
        repo.sweep("discard", INSTEAD["checkout"])
        repo.apply_changes(repo.differences(["-R"], []), what="checkout-index")
    for name in given.operands:
        call.replace((given.value("--prefix") or "") + name)


COMMANDS: "dict[str, Command]" = {
    "checkout": _checkout,
    "switch": _switch,
    "restore": _restore,
    "stash": stash,
    "clean": clean,
    "rm": remove,
    "mv": _move,
    "checkout-index": _checkout_index,
}
