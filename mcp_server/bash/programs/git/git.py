"""What `git` writes in the worktree; its own directory does not count."""

from mcp_server.bash.parse.quoting import quoted
from mcp_server.bash.programs import named_by
from mcp_server.bash.programs.git.checkout import Checkout
from mcp_server.bash.state import OPEN
from mcp_server.bash.unknown import UNKNOWN, readable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler
    from mcp_server.bash.programs.git.checkout import Command
    from mcp_server.bash.state import Status

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
    fetch gc hash-object index-pack maintenance mktag mktree multi-pack-index notes pack-objects pack-refs prune
    prune-packed push remote repack replace rerere send-pack tag unpack-objects
    update-server-info write-tree commit-tree credential credential-store fast-export request-pull bugreport upload-pack
    receive-pack http-fetch http-push commit-graph daemon instaweb fetch-pack send-email imap-send
    """.split()
)


_OPEN = frozenset("diff grep diff-files diff-index show-ref merge-base".split())


def git(call: "Call") -> "Status":
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
        call.mark_unknown(f"Cannot tell in which repository `git {name}` runs.")
        return None
    if call.arguments[:1] == ["--help"] or call.arguments == ["-h"]:
        call.prints()
        return None
    if name in _READS:
        from mcp_server.bash.programs.git import output

        output.reads(call, checkout, name)
        return OPEN if name in _OPEN else None
    if name in _OWN_DIRECTORY:
        call.prints()
        return None
    command = None if checkout is None else _command(name)
    if command is not None and checkout is not None:
        return command(call, checkout)
    if name in ("clone", "init", "config", "apply"):
        from mcp_server.bash.programs.git import remote

        remote.anywhere(call, name)
        return None
    return _alias(call, checkout, name)


def _may_be_anywhere(call: "Call") -> bool:
    return call.shell.directory is None or call.disk.unpredictable


def _alias(call: "Call", checkout: "Checkout | None", name: str) -> "Status":
    value = None if checkout is None or UNKNOWN in name else checkout.text(["config", "--get", f"alias.{name}"])
    if checkout is None or not value:
        call.runs_anything(f"Cannot tell what `git {readable(name)}` does.")
        call.prints()
        return None
    value = value.strip()
    if value.startswith("!"):
        child = call.shell.fork()
        child.directory = checkout.root
        return call.run_shell(f"{value[1:]} {quoted(call.arguments)}", call.arguments, "git", shell=child)
    call.arguments = [*checkout.options, *value.split(), *call.arguments]
    if call.shell.texts > 10:
        call.runs_anything(f"`git {readable(name)}` is nested too deeply to follow.")
        return None
    call.shell.texts += 1
    try:
        return git(call)
    finally:
        call.shell.texts -= 1


def _command(name: str) -> "Command | None":
    module = _HOMES.get(name)
    if module is None:
        return None
    commands: dict[str, Command] = __import__(
        f"mcp_server.bash.programs.git.{module}", None, None, ["COMMANDS"]
    ).COMMANDS
    return named_by(commands, [name])


_FAMILIES = {
    "restore": "checkout switch restore stash clean rm mv checkout-index",
    "staging": "add stage commit reset update-index read-tree",
    "references": "branch update-ref symbolic-ref",
    "lfs": "lfs",
    "moving": """
        merge rebase cherry-pick revert pull apply am bisect filter-branch filter-repo sparse-checkout merge-file
        mergetool difftool svn p4 merge-index merge-recursive quiltimport fast-import
    """,
    "remote": "clone init config worktree submodule archive format-patch bundle",
}
_HOMES = {name: module for module, names in _FAMILIES.items() for name in names.split()}
TABLE: "dict[str, Handler]" = {"git": git}
