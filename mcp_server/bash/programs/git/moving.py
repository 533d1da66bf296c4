"""`git` commands that bring in other commits: merge, rebase, cherry-pick, revert, pull, am, apply, bisect."""

from mcp_server.bash.call import Call
from mcp_server.bash.options import Options
from mcp_server.bash.parse.quoting import split_words
from mcp_server.bash.programs import patching
from mcp_server.bash.programs.git import staging
from mcp_server.bash.programs.git.checkout import ELSEWHERE, Checkout
from mcp_server.bash.programs.program import Program
from mcp_server.bash.unknown import UNKNOWN, is_known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.programs.git.checkout import Command

_STEPS = ("--abort", "--quit", "--continue", "--skip")


def _merge(call: Call, repo: Checkout) -> None:
    given = call.options(valued="msXF", attached="S", long="strategy strategy-option message file into-name cleanup")
    if _between_steps(call, repo, given, "merge"):
        return
    if given.value("-s", "--strategy") == "ours":
        return
    for name in given.operands or ["@{u}"]:
        repo.bring(_changes_from(repo, name), what="merge")
    if len(given.operands) == 1 and not given.has("--squash", "--no-commit"):
        repo.head_is(given.operands[0])
    repo.run_hooks("post-merge")


def _changes_from(repo: Checkout, name: str) -> list[tuple[str, str]] | None:
    """What a branch has changed since HEAD left it; nothing if there is no such branch, None if that is not known."""
    known = is_known(name) and not repo.call.disk.unpredictable
    if known and not repo.is_revision(name) and repo.is_revision("HEAD"):
        return []
    return repo.differences([f"{repo.revision('HEAD')}...{repo.revision(name)}"], [])


def _between_steps(call: Call, repo: Checkout, given: Options, what: str) -> bool:
    if given.has("--abort", "--skip"):
        repo.apply_changes(repo.differences(["-R", "HEAD"], []), what=f"{what} --abort")
    elif given.has("--continue"):
        call.mark_unknown(f"Cannot tell which files `git {what} --continue` changes.")
    return given.has(*_STEPS)


def _rebase(call: Call, repo: Checkout) -> None:
    """`git rebase`: also runs what --exec says."""
    given = call.options(valued="xsXC", attached="S", long="exec onto strategy strategy-option")
    if given.has("--show-current-patch"):
        call.prints()
        return
    repo.sweep_head()
    if _between_steps(call, repo, given, "rebase"):
        return
    if given.has("-i", "--interactive"):
        call.mark_unknown("Cannot tell which files `git rebase -i` changes.")
    upstream = given.operands[0] if given.operands else "@{u}"
    if len(given.operands) > 1:
        repo.bring(repo.differences([repo.revision("HEAD"), repo.revision(given.operands[1])], []), what="rebase")
        repo.head_is(given.operands[1])
    target = given.value("--onto") or upstream
    brought = _changes_from(repo, target)
    repo.bring(brought, what="rebase")
    if brought:
        own = repo.differences([f"{repo.revision(target)}...{repo.revision('HEAD')}"], [])
        repo.bring([("M", name) for _, name in own or []], what="rebase")
    for text in given.values("-x", "--exec"):
        _run_at_root(call, repo, text)


def _run_at_root(call: Call, repo: Checkout, text: str) -> None:
    child = call.shell.fork()
    child.directory = repo.root
    call.run(["sh", "-c", text], child)


def _pick(call: Call, repo: Checkout) -> None:
    given = call.options(valued="msX", attached="S", long="mainline strategy strategy-option cleanup")
    if _between_steps(call, repo, given, "cherry-pick"):
        return
    for name in given.operands:
        repo.apply_changes(
            _of_commits(repo, repo.revision(name), given.value("-m", "--mainline") or "1"), what="cherry-pick"
        )


def _revert(call: Call, repo: Checkout) -> None:
    """`git revert`: undoes what the commits changed."""
    given = call.options(valued="msX", attached="S", long="mainline strategy strategy-option cleanup")
    if _between_steps(call, repo, given, "revert"):
        return
    for name in given.operands:
        found = _of_commits(repo, repo.revision(name), given.value("-m", "--mainline") or "1")
        turned = {"A": "D", "D": "A"}
        pairs = None if found is None else [(turned.get(letter, letter), path) for letter, path in found]
        repo.apply_changes(pairs, what="revert")


def _of_commits(repo: Checkout, name: str, parent: str) -> list[tuple[str, str]] | None:
    if ".." in name:
        found = repo.names(["log", "--format=", "--name-status", "--no-renames", "-z", name])
        return None if found is None else list(zip(found[::2], found[1::2], strict=False))
    changes = repo.differences([f"{name}^{parent}", name], [])
    if changes is None:  # the first commit has no parent
        names = repo.names(["show", name, "--format=", "--name-status", "--no-renames", "-z"])
        changes = None if names is None else list(zip(names[::2], names[1::2], strict=False))
    return changes


def _pull(call: Call, repo: Checkout) -> None:
    """`git pull`: what it fetches is known only for a remote on this disk."""
    given = call.options(valued="sXj", attached="rS", long="strategy strategy-option depth jobs upload-pack")
    if given.has("--dry-run", "-h", "--help"):
        return
    repo.sweep_head()
    remote = given.operands[0] if given.operands else "origin"
    upstream = repo.text(["rev-parse", "--abbrev-ref", "@{u}"]) or ""
    if not given.operands and not upstream:
        return  # there is nothing to pull from: git only says so
    branch = given.operands[1] if len(given.operands) > 1 else upstream.strip().partition("/")[2]
    url = (repo.text(["remote", "get-url", remote]) or remote).strip().removeprefix("file://")
    base = (repo.text(["rev-parse", "--verify", "--quiet", f"{remote}/{branch}"]) or "").strip()
    if url.startswith(("/", ".")) and call.disk.is_dir(call.shell.locate(url) or "") and base and branch:
        own = (repo.text(["merge-base", "HEAD", base]) or base).strip()
        text = call.disk.files.git(
            call.shell.locate(url) or url,
            ["diff", "--name-status", "--no-renames", "-z", own, branch.partition(":")[0]],
            600_000,
        )
        if text is not None:
            names = [name for name in text.split("\0") if name]
            repo.bring(zip(names[::2], names[1::2], strict=False), what="pull")
            repo.run_hooks("post-merge")
            return
    repo.bring(None, what="pull")
    if base:
        repo.bring(_changes_from(repo, base), what="pull")


def _apply(call: Call, repo: Checkout) -> None:
    given = call.options(valued="pC", long="directory include exclude whitespace build-fake-ancestor unsafe-paths")
    if given.has("--check", "--stat", "--numstat", "--summary") and not given.has("--apply"):
        return
    for name in given.operands or ["-"]:
        text = call.text(name)
        if text is None:
            path = call.shell.locate(name)
            if name == "-" or path is None or call.disk.may_exist(path):
                call.mark_unknown("Cannot tell what `git apply` changes.")
            continue
        if given.has("--cached", "--index"):
            _stage_patch(repo, text, given)
        if not given.has("--cached"):
            _apply_patch(call, repo, text, given)


def _stage_patch(repo: Checkout, text: str, given: Options) -> None:
    count = given.value("-p") or "1"
    strip = int(count) if count.isdigit() else 1
    found = [name for change in patching.changes(text) for name in (change.before, change.after)]
    names = [patching.stripped(name, strip) for name in found if name != patching.NOWHERE]
    repo.sweep_paths("index", staging.ADD, lambda: names)


def _apply_patch(call: Call, repo: Checkout, text: str, given: Options) -> None:
    count = given.value("-p")
    strip = int(count) if count and count.isdigit() else 1
    folder = given.value("--directory")
    prefix = "" if not folder else folder.strip("/") + "/"
    pairs: list[tuple[str, str]] = []
    for change in patching.changes(text):
        before, after = (patching.stripped(name, strip) for name in (change.before, change.after))
        if given.has("-R", "--reverse"):
            before, after = after, before
        if not _is_included(after if before == patching.NOWHERE else before, given):
            continue
        if before != patching.NOWHERE and not call.disk.exists(f"{repo.root}/{prefix}{before}"):
            if not given.has("--reject", "-3", "--3way") and not call.disk.unpredictable:
                return  # all or nothing
            continue
        if before not in (after, patching.NOWHERE):
            pairs.append(("D", prefix + before))
        if after != patching.NOWHERE:
            pairs.append(("M", prefix + after))
    repo.apply_changes(pairs, what="apply")


def _is_included(name: str, given: Options) -> bool:
    from mcp_server.bash.expand import globs

    included, excluded = given.values("--include"), given.values("--exclude")
    if any(globs.matches(pattern, name) for pattern in excluded):
        return False
    return not included or any(globs.matches(pattern, name) for pattern in included)


def _am(call: Call, repo: Checkout) -> None:
    given = call.options(valued="pC", attached="S", long="directory include exclude patch-format whitespace resolvemsg")
    if _between_steps(call, repo, given, "am"):
        return
    for name in given.operands or ["-"]:
        text = call.text(name)
        if text is None:
            call.mark_unknown("Cannot tell what `git am` changes.")
        else:
            _apply_patch(call, repo, text, given)


def _bisect(call: Call, repo: Checkout) -> None:
    """`git bisect`: may check out any commit."""
    words = call.arguments
    if words[:1] and words[0] in ("log", "view", "visualize", "terms", "help"):
        call.prints()
        return
    repo.sweep_head()
    repo.bring(None, what="bisect")
    if words[:1] == ["run"]:
        call.run(words[1:] or ["true"])


def _sparse(call: Call, repo: Checkout) -> None:
    """`git sparse-checkout`: removes and restores committed files in the whole worktree."""
    if call.arguments[:1] in ([], ["list"], ["check-rules"]) or "-h" in call.arguments:
        call.prints()
        return
    repo.sweep("discard", ELSEWHERE)
    repo.bring(None, what="sparse-checkout")


def _difftool(call: Call, repo: Checkout) -> None:
    """`git difftool`: the program that -x names gets the files; another one is for a person to look with."""
    given = call.options(valued="xt", long="extcmd tool")
    command = given.value("-x", "--extcmd")
    if command is not None:
        call.run([*split_words(command), UNKNOWN, UNKNOWN])
    call.prints()


def _mergetool(call: Call, repo: Checkout) -> None:
    found = repo.names(["diff", "--name-only", "--diff-filter=U", "--no-renames", "-z"])
    repo.apply_changes(None if found is None else [("M", name) for name in found], what="mergetool")


def _rewrite_history(call: Call, repo: Checkout) -> None:
    """`git filter-branch`, `filter-repo`: all commits anew, and the worktree with them."""
    if {"--analyze", "--dry-run", "--help", "-h"}.intersection(call.arguments):
        call.prints()
        return
    repo.sweep_head()
    _anything(call, repo)


def _anything(call: Call, repo: Checkout) -> None:
    """A command that may rewrite anything in the worktree."""
    call.runs_anything(f"Cannot tell what `git {repo.subcommand}` changes.".replace(UNKNOWN, "…"))
    call.write_tree(repo.root)


_MERGE_FILE = Program("@1", unless="-p", valued="-L")
COMMANDS: "dict[str, Command]" = {
    "merge": _merge,
    "rebase": _rebase,
    "cherry-pick": _pick,
    "revert": _revert,
    "pull": _pull,
    "apply": _apply,
    "am": _am,
    "bisect": _bisect,
    "sparse-checkout": _sparse,
    "difftool": _difftool,
    "mergetool": _mergetool,
    "filter-branch filter-repo": _rewrite_history,
    "svn p4 merge-index merge-recursive quiltimport fast-import": _anything,
    "merge-file": lambda call, _repo: _MERGE_FILE(call),
}
