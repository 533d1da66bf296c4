"""The repository that this one was cloned from: what is known of it here, and pushing to it by compare-and-swap."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mcp_server.adapters.git import runner
from mcp_server.adapters.git.remote import fetch
from mcp_server.adapters.git.remote.names import main_remote, remote_of, tracking
from mcp_server.adapters.git.work.content import arrival
from mcp_server.domain.machines.unmerged import UnmergedWork
from mcp_server.domain.merge import Pushed
from mcp_server.domain.scopes.scope import parse

SECONDS = 300.0
"""For a person's own fetch or push."""
USUAL = ("main", "master", "trunk", "develop")
_MOVED = ("(stale info)", "(fetch first)", "(non-fast-forward)", "cannot lock ref", "failed to update ref")
"""What git says when the remote's branch is not where it was thought to be, or moves at this very moment."""
_NO_SUCH = "couldn't find remote ref"


class GitRemote:
    """See `ports.git.Remote`: that of the repository around `root`, whose state is in the folder `state`."""

    def __init__(self, root: str, state: str) -> None:
        self._root = root
        self._folder = Path(state, "fetch")
        self._known: dict[tuple[str, str], bool] = {}
        """Whether a commit has arrived in another, for those that were asked lately."""

    def name(self, base: str) -> str | None:
        return remote_of(self._root, base)

    def tip(self, branch: str) -> str | None:
        remote = self.name(branch)
        return None if remote is None else self._commit(tracking(remote, branch))

    def has(self, work: UnmergedWork, *, own: bool) -> bool:
        try:
            if self.name(work.base) is None:
                return own and work.merged is not None
            onto = self.tip(work.base)
            branch = f"refs/heads/{work.branch}" if own else None
            tip = work.merged if work.merged is not None else branch and self._commit(branch)
            return onto is not None and bool(tip) and self._has_arrived(str(tip), onto)
        except runner.GitRefused:
            return False

    def unpushed(self, directory: str, patterns: Sequence[str]) -> tuple[str, str, str] | None:
        scope = parse(patterns)
        paths = [f":(glob,top){pattern}" for pattern in scope.alternatives]
        paths += [f":(exclude,glob,top){pattern}" for pattern in scope.exclusions]
        try:
            remote = main_remote(directory)
            head = self._said(directory, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
            if remote is None or not head:
                return None
            branch = self._said(directory, "symbolic-ref", "--quiet", "--short", "HEAD") or "HEAD"
            base = self._default(remote) or branch
            onto = self._commit(tracking(remote, base))
            beyond = (f"^{onto}",) if onto is not None else ()
            missing = self._said(directory, "rev-list", "--max-count=1", head, *beyond, "--", *paths)
            if not missing or (onto is not None and self._has_arrived(head, onto)):
                return None
        except runner.GitRefused:
            return None
        return branch, base, head

    def fetch(self, base: str) -> None:
        remote = self.name(base)
        if remote is None:
            raise OSError(f"there is no remote to fetch {base} from")
        refs = f"+refs/heads/{base}:{tracking(remote, base)}"
        asked = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", remote, refs)
        done = runner.run(self._root, *asked, seconds=SECONDS, programs=True)
        if done.code and _NO_SUCH in runner.text(done.err):  # nobody has pushed it, or it was deleted there
            runner.run(self._root, "update-ref", "-d", tracking(remote, base))
        elif done.code:
            raise runner.GitRefused(asked, done.code, done.err)

    def push(self, base: str, expected: str | None, new: str) -> Pushed:
        remote = self.name(base)
        if remote is None:
            return Pushed(False, why="this repository has no remote")
        if expected is not None and not self._is_in(expected, new):
            return Pushed(False, moved=True)
        lease = f"--force-with-lease=refs/heads/{base}:{expected or ''}"
        asked = ("push", "--porcelain", lease, remote, f"{new}:refs/heads/{base}")
        try:
            done = runner.run(self._root, *asked, seconds=SECONDS, programs=True)
        except runner.GitRefused as error:
            return Pushed(False, why=error.words)
        if done.code == 0:
            if self.tip(base) != new:  # a clone that keeps no track of this branch
                runner.run(self._root, "update-ref", tracking(remote, base), new)
            return Pushed(True)
        said = runner.text(done.out + done.err)
        if any(sign in said for sign in _MOVED):
            return Pushed(False, moved=True)
        return Pushed(False, why=_why(said) or runner.complaint(done))

    def fetch_politely(self, branches: Sequence[str], now: float) -> str | None:
        wanted: dict[str, list[str]] = {}
        for branch in dict.fromkeys(branches):
            remote = self.name(branch)
            if remote is not None:
                wanted.setdefault(remote, []).append(branch)
        return fetch.politely(self._root, self._folder, wanted, now)

    def _default(self, remote: str) -> str | None:
        """The branch that others clone, as far as that is known here."""
        said = self._said(self._root, "symbolic-ref", "--quiet", f"refs/remotes/{remote}/HEAD")
        if said:
            return said.removeprefix(f"refs/remotes/{remote}/")
        return next((name for name in USUAL if self._commit(tracking(remote, name)) is not None), None)

    def _has_arrived(self, tip: str, onto: str) -> bool:
        if (tip, onto) not in self._known:
            if len(self._known) > 1_000:
                self._known.clear()
            self._known[tip, onto] = self._commit(tip) is not None and arrival(self._root, tip, onto).is_complete
        return self._known[tip, onto]

    def _is_in(self, commit: str, other: str) -> bool:
        return runner.run(self._root, "merge-base", "--is-ancestor", commit, other).code == 0

    def _commit(self, revision: str) -> str | None:
        asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
        return self._said(self._root, *asked) or None

    @staticmethod
    def _said(root: str, *words: str) -> str:
        done = runner.run(root, *words)
        return runner.text(done.out).strip() if done.code == 0 else ""


def _why(said: str) -> str:
    """Why a remote refused a branch, in its own words."""
    refused = [line for line in said.splitlines() if line.startswith("!")]
    words = [line.removeprefix("remote:").strip() for line in said.splitlines() if line.startswith("remote:")]
    told = "; ".join(word for word in words[:6] if word and not word.startswith("error: hook declined"))
    reason = refused[0].rpartition("\t")[2] if refused else ""
    return ": ".join(part for part in (reason, told) if part)[:400]
