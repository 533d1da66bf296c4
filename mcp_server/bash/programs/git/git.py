"""What `git` writes in the work tree; what it does in its own directory is not looked at."""

from mcp_server.bash.programs.git.checkout import Checkout
from mcp_server.bash.unknown import UNKNOWN, readable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp_server.bash.call import Call, Handler

_READS = frozenset(
    """
    annotate blame cat-file check-attr check-ignore check-ref-format cherry count-objects describe diff-files diff-index
    diff-tree fsck for-each-ref get-tar-commit-id grep help interpret-trailers log ls-files ls-remote ls-tree merge-base
    name-rev range-diff reflog rev-list rev-parse shortlog show show-branch show-ref status var verify-commit
    verify-pack verify-tag version whatchanged diff merge-tree patch-id cherry column web--browse
    """.split()
)
_OWN_DIRECTORY = frozenset(
    """
    branch fetch gc hash-object index-pack maintenance mktag mktree multi-pack-index notes pack-objects pack-refs prune
    prune-packed push remote repack replace rerere send-pack symbolic-ref tag unpack-objects update-index update-ref
    update-server-info write-tree commit-tree credential credential-store fast-export request-pull bugreport upload-pack
    receive-pack http-fetch http-push commit-graph daemon instaweb fetch-pack send-email imap-send
    """.split()
)


def git(call: "Call") -> "bool | str | None":
    """`git`."""
    checkout, words = Checkout.of(call)
    if not words:
        call.prints()
        return None
    name, call.arguments = words[0], words[1:]
    if checkout is not None:
        checkout.subcommand = name
    if checkout is None and name not in ("clone", "init", "config", "version", "help", "apply", "diff"):
        if UNKNOWN not in name and not _may_be_anywhere(call):
            return False
        call.mark_unknown(f"It is not known in which repository `git {name}` runs.")
        return None
    if name in _READS:
        from mcp_server.bash.programs.git import output

        output.reads(call, checkout, name)
        return "open" if name in ("diff", "grep", "diff-files", "diff-index", "show-ref", "merge-base") else None
    if name in _OWN_DIRECTORY:
        call.prints()
        return None
    module = _HOMES.get(name)
    if module is not None and checkout is not None:
        return _commands(module)[name](call, checkout)
    if name in ("clone", "init", "config", "apply"):
        from mcp_server.bash.programs.git import remote

        return remote.anywhere(call, name)
    return _alias(call, checkout, name)


def _may_be_anywhere(call: "Call") -> bool:
    return call.shell.directory is None or call.disk.unpredictable


def _alias(call: "Call", checkout: "Checkout | None", name: str) -> "bool | str | None":
    value = None if checkout is None or UNKNOWN in name else checkout.text(["config", "--get", f"alias.{name}"])
    if checkout is None or not value:
        call.runs_anything(f"What `git {readable(name)}` does is not known.")
        call.prints()
        return None
    value = value.strip()
    if value.startswith("!"):
        child = call.shell.fork()
        child.directory = checkout.root
        quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in call.arguments)
        return call.run_shell(f"{value[1:]} {quoted}", call.arguments, "git", shell=child)
    call.arguments = [*checkout.options, *value.split(), *call.arguments]
    if call.shell.texts > 10:
        return None
    call.shell.texts += 1
    try:
        return git(call)
    finally:
        call.shell.texts -= 1


def _commands(module: str) -> "dict[str, Callable[[Call, Checkout], bool | str | None]]":
    loaded = __import__(f"mcp_server.bash.programs.git.{module}", None, None, ["COMMANDS"])
    commands: dict[str, Callable[[Call, Checkout], bool | str | None]] = loaded.COMMANDS
    return commands


_FAMILIES = {
    "restore": ("checkout switch restore reset stash clean rm mv checkout-index read-tree add stage commit"),
    "moving": (
        "merge rebase cherry-pick revert pull apply am bisect filter-branch filter-repo sparse-checkout merge-file"
        " mergetool difftool lfs svn p4 merge-index merge-recursive quiltimport fast-import"
    ),
    "remote": "clone init config worktree submodule archive format-patch bundle",
}
_HOMES = {name: module for module, names in _FAMILIES.items() for name in names.split()}
TABLE: "dict[str, Handler]" = {"git": git}
