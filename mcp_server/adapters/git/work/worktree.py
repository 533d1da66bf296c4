"""Which work is in a worktree, whatever it is on now: its branch, another one, or none. What does its base lack?"""

from __future__ import annotations

import os
from collections.abc import Mapping

from mcp_server.adapters.git import runner, worktree_list
from mcp_server.adapters.git.work import refs
from mcp_server.adapters.git.work.arrivals import Arrivals, Seen
from mcp_server.adapters.git.work.content import arrival
from mcp_server.adapters.host.file_stamp import text_of
from mcp_server.adapters.host.repository import own_git_folder
from mcp_server.domain.branch import Tip, Work
from mcp_server.domain.merge import Arrival
from mcp_server.domain.worktree import Listed, Worktree

STATUS = ("status", "--porcelain", "-z", "--untracked-files=all", "--no-renames")


class GitWork:
    """The work in the worktrees of one repository. Refuses (GitRefused) where git can't be asked."""

    def __init__(self, root: str, state: str) -> None:
        self._root = root
        self._common = os.path.dirname(state)
        self._arrivals = Arrivals(state)

    def arrival(self, commit: str, base: str, start: str = "", missed: str | None = None) -> Arrival:
        """Whether the content of a commit is in the branch `base`; at the base's commit `missed` it was not."""
        onto = self._commit(f"refs/heads/{base}")
        return Arrival(None) if onto is None else arrival(self._root, commit, onto, start=start, missed=missed)

    def of(self, worktree: Worktree, base: str | None = None) -> Work:
        """What a worktree is on now, and what of its work the base lacks; by default its own base."""
        return self._of(worktree, base or worktree.base, self._arrivals.seen(worktree.name), missed={})

    def _of(self, worktree: Worktree, onto: str, seen: Seen | None, missed: Mapping[str, str]) -> Work:
        """The same. `missed` are commits that were not in the base, and the commits that it was on then."""
        listed = self._listed(worktree)
        own = self._own_folder(listed.path if listed is not None else worktree.path)
        head = (listed.branch, listed.head) if listed is not None else self._last_head(seen)
        found = [head, (worktree.branch, self._commit(f"refs/heads/{worktree.branch}"))]
        places = {commit: branch for branch, commit in reversed(found) if commit is not None}
        arrived = {commit: self.arrival(commit, onto, worktree.start, missed.get(commit)) for commit in places}
        left = [commit for commit, where in arrived.items() if not where.is_complete]
        tips = tuple(
            self._tip(worktree, onto, own, (places[commit], commit), arrived[commit])
            for commit in left
            if not any(other != commit and self._is_in(commit, other) for other in left)
        )
        first = next((where.commit for where in reversed(arrived.values())), None)
        root = listed.path if listed is not None and os.path.isdir(listed.path) else None
        return Work(root, *head, refs.in_progress(own), tips, None if tips else first)

    def arrived(self, worktree: Worktree) -> str | None:
        """The commit with which all work of a worktree is in its base; None while anything is missing or uncommitted.

        Git is asked only if one of the branches has moved since it was asked last.
        """
        own = self._own_folder(worktree.path)
        sign = refs.sign_of(self._common, own, (worktree.base, worktree.branch))
        try:
            seen = self._arrivals.seen(worktree.name)
            if seen is not None and seen.sign == sign:
                commit = seen.arrived
            else:
                base = self._commit(f"refs/heads/{worktree.base}") or ""
                work = self._of(worktree, worktree.base, seen, dict.fromkeys(seen.missing, seen.base) if seen else {})
                commit = work.arrived if work.busy is None else None
                missing = [tip.commit for tip in work.tips]
                self._arrivals.keep(worktree.name, Seen(sign, commit, work.branch, work.commit, missing, base))
            if commit is not None and os.path.isdir(worktree.path) and runner.ask(worktree.path, *STATUS):
                return None
        except runner.GitRefused:
            return None
        return commit

    def _tip(self, worktree: Worktree, base: str, own: str | None, at: tuple[str | None, str], where: Arrival) -> Tip:
        branch, commit = at
        said = runner.run(self._root, "rev-list", "--count", commit, "--not", f"refs/heads/{base}")
        missing = int(said.out) if said.code == 0 else 0
        return Tip(branch, commit, missing, self._is_own(worktree, base, own, at), where.reverted_by)

    def _is_own(self, worktree: Worktree, base: str, own: str | None, at: tuple[str | None, str]) -> bool:
        """Whether the commits on this branch were made in the worktree: it had none when the worktree moved to it.

        A branch that was renamed there was never moved to.
        """
        branch, commit = at
        if branch == worktree.branch:
            return True
        moved = [(old, new) for old, new, to in refs.moves(own) if branch in (None, to)]
        if not moved:
            return refs.has_log(own)
        old, new = moved[0] if branch is not None else moved[-1]
        return old == new or any(
            self._is_in(new, ref) for ref in (f"refs/heads/{base}", f"refs/heads/{worktree.branch}")
        )

    def _listed(self, worktree: Worktree) -> Listed | None:
        """The worktree as git has it; one that was moved is known by its branch, or by the name that git gave it."""
        listed = [tree for tree in worktree_list.listed(self._root) if not tree.is_main]
        here = os.path.realpath(worktree.path)
        found = next((tree for tree in listed if os.path.realpath(tree.path) == here), None)
        if found is not None or os.path.isdir(worktree.path):
            return found
        by_branch = next((tree for tree in listed if tree.branch == worktree.branch), None)
        own = self._own_folder(worktree.path)
        return by_branch or next((tree for tree in listed if own_git_folder(tree.path) == own), None)

    def _last_head(self, seen: Seen | None) -> tuple[str | None, str | None]:
        """Where the HEAD of a worktree was that git does not know any more: its branch may have moved since."""
        if seen is None or seen.commit is None:
            return None, None
        tip = self._commit(f"refs/heads/{seen.branch}") if seen.branch is not None else None
        return (seen.branch, tip) if tip is not None else (None, self._commit(seen.commit))

    def _own_folder(self, path: str) -> str | None:
        """Git's folder for the worktree that is, or was made, at `path`; git keeps its name where it is moved."""
        own = own_git_folder(path)
        if os.path.isdir(own):
            return own
        above = os.path.join(self._common, "worktrees")
        folders = [os.path.join(above, name) for name in os.listdir(above)] if os.path.isdir(above) else []
        named = os.path.join(above, os.path.basename(path))
        return next((folder for folder in folders if _leads_to(folder, path)), named if named in folders else None)

    def _commit(self, revision: str) -> str | None:
        done = runner.run(self._root, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
        return runner.text(done.out).strip() if done.code == 0 else None

    def _is_in(self, commit: str, other: str) -> bool:
        return runner.run(self._root, "merge-base", "--is-ancestor", commit, other).code == 0


def _leads_to(folder: str, path: str) -> bool:
    pointed = text_of(os.path.join(folder, "gitdir")).strip()
    return bool(pointed) and os.path.realpath(os.path.dirname(pointed)) == os.path.realpath(path)
