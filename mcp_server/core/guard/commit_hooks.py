"""Would a commit's hook set aside what others have not committed yet? Some do, before they look at what is staged.

pre-commit and Overcommit take every unstaged change out of the whole worktree while they run, and put it back after. In
a checkout that others work in that makes their edits disappear for a while, for good if they go on editing meanwhile;
and where the kernel confines the command, the commit fails in the middle of it.

On the hot path of a hook, but only loaded for a command that commits.
"""

from __future__ import annotations

from mcp_server.core.guard.own_paths import as_pathspecs
from mcp_server.core.guard.paths import judge
from mcp_server.domain.decision import Decision
from mcp_server.domain.text import clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.state.files import Files
    from mcp_server.core.guard.paths import WorktreeContext
    from mcp_server.domain.decision import AgentRights
    from mcp_server.ports import GuardBook

_MOST = 1 << 20
_PRE_COMMIT = ("pre-commit.com", "hook-impl", "pre_commit")
_OTHERS = ("overcommit", "git stash")
_STAGED = "$(git diff --cached --name-only --diff-filter=d -- {own})"
_RUN = f"`pre-commit run --files {_STAGED}`"
_COMMIT = "`git commit --no-verify -m … -- {own}`"


def judge_commit(
    root: str, book: GuardBook, rights: AgentRights, context: WorktreeContext | None, disk: Files
) -> Decision | None:
    """The refusal of a commit in the worktree `root` whose hook would set aside what its agent may not write."""
    if book.policy().mode == "off":
        return None
    hook = _hook(root, disk)
    is_pre_commit = any(sign in hook for sign in _PRE_COMMIT)
    if not is_pre_commit and not any(sign in hook for sign in _OTHERS):
        return None
    changed = (disk.git(root, ["diff-files", "--name-only", "-z"], _MOST) or "").split("\0")
    for decision in judge(book, rights, filter(None, changed), context):
        if not decision.allowed:
            return _refused(decision, rights, is_pre_commit=is_pre_commit)
    return None


def _hook(root: str, disk: Files) -> str:
    """The text of the hook that a commit runs, and of the one that husky runs from there."""
    common = (disk.git(root, ["rev-parse", "--git-common-dir"], _MOST) or "").rstrip("\n")
    if not common:
        return ""
    common = _below(root, common)
    folder = f"{common}/hooks"
    for line in (disk.text(f"{common}/config", _MOST) or "").splitlines():
        key, _, value = line.partition("=")
        if key.strip().lower() == "hookspath":
            folder = _below(root, value.strip().strip('"'))
    return "\n".join(disk.text(f"{place}/pre-commit", _MOST) or "" for place in (folder, f"{root}/.husky"))


def _below(root: str, path: str) -> str:
    return path if path.startswith("/") else f"{root}/{path}"


def _refused(decision: Decision, rights: AgentRights, *, is_pre_commit: bool) -> Decision:
    whose = f", which {clip(decision.holder, 60)} holds," if decision.holder else ""
    own = clip(as_pathspecs(rights), 90)
    first = _RUN if is_pre_commit else "its checks on your own files"
    reason = (
        "This command was not run. While it runs, this repository's commit hook takes every unstaged change out of the "
        f"worktree, also that of {clip(decision.path, 90)}{whose} so the commit would fail, or lose it. Run {first}, "
        f"then commit without the hook: {_COMMIT}."
    )
    return Decision(
        decision.path,
        allowed=False,
        rule="sweep",
        reason=reason.replace("{own}", own),
        holder=decision.holder,
        task=decision.task,
    )
