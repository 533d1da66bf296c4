"""`git lfs`: it replaces pointers in the worktree by the files that they stand for."""

from mcp_server.bash.call import Call
from mcp_server.bash.expand import globs
from mcp_server.bash.programs.git.checkout import Checkout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.options import Options
    from mcp_server.bash.programs.git.checkout import Command

_READS = (
    "ls-files status env logs version locks fetch push prune pointer ext dedup lock fsck install uninstall update help"
)


def _lfs(call: Call, repo: Checkout) -> None:
    words = call.arguments
    action = next((word for word in words if not word.startswith("-")), "")
    rest = words[words.index(action) + 1 :] if action else []
    call.arguments = rest
    if action in ("track", "untrack") and any(not word.startswith("-") for word in rest):
        call.write(".gitattributes")
    elif action in ("pull", "checkout"):
        _pull(call, repo)
    elif action == "migrate" and rest[:1] != ["info"]:
        repo.sweep_head()
        call.runs_anything(f"Cannot tell what `git lfs {action}` changes.")
    elif action and action not in (*_READS.split(), "track", "untrack", "migrate"):
        call.mark_unknown(f"Cannot tell what `git lfs {action}` changes.")
    call.prints()


def _pull(call: Call, repo: Checkout) -> None:
    given = call.options(valued="IX", long="include exclude")
    found = repo.names(["ls-files", "-z", "--full-name", "--", ":(top,attr:filter=lfs)"])
    if found is None:
        call.mark_unknown("Cannot tell which files Git LFS brings.")
        return
    repo.bring([("M", name) for name in found if _is_wanted(name, given)], what="lfs")


def _is_wanted(name: str, given: "Options") -> bool:
    included = [part for text in given.values("-I", "--include") for part in text.split(",")] + given.operands
    excluded = [part for text in given.values("-X", "--exclude") for part in text.split(",")]
    return (not included or _is_any(name, included)) and not _is_any(name, excluded)


def _is_any(name: str, patterns: list[str]) -> bool:
    plain = [pattern.strip("/").removesuffix("/**").removesuffix("/*") for pattern in patterns]
    return any(name == start or name.startswith(start + "/") or globs.matches(start, name) for start in plain)


COMMANDS: "dict[str, Command]" = {"lfs": _lfs}
