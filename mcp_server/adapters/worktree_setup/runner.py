"""Makes a checkout ready to work in: copies, links, clones and installs, one step after the other, with a log."""

from __future__ import annotations

import errno
import os
import re
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from shlex import quote
from time import monotonic

from mcp_server.adapters.git import hooks
from mcp_server.adapters.git.exclude import exclude
from mcp_server.adapters.git.runner import LOCATION, GitRefused, line, run
from mcp_server.adapters.host.atomic_write import private, private_folder, replace
from mcp_server.adapters.host.delete_tree import delete
from mcp_server.adapters.host.file_stamp import text_of
from mcp_server.adapters.host.process_lock import process_lock
from mcp_server.adapters.host.run_program import is_missing
from mcp_server.adapters.worktree_setup.checkout_folder import FolderOnDisk
from mcp_server.adapters.worktree_setup.clone_folder import Unclonable, Ways, clone, copy
from mcp_server.adapters.worktree_setup.included_files import copy_included
from mcp_server.domain.settings import WorktreeSettings
from mcp_server.domain.setup_step import Carried, Step
from mcp_server.domain.text import count
from mcp_server.domain.worktree import Trouble
from mcp_server.worktree_setup.node import SKIPPED
from mcp_server.worktree_setup.plan import plan

ENVIRONMENT = ".env.interlock"
LOOPBACK = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
LAST_LINES, LONGEST_TAIL = 12, 2_000
_IGNORES = re.compile(r"^\s*ignore-scripts\s*=\s*true\b", re.MULTILINE)
_NOT_HANDED_ON = ("VIRTUAL_ENV", "CONDA_PREFIX", "INIT_CWD", *LOCATION)
"""Variables that would make a tool work on another checkout than the one that it runs in."""


class HostStepRunner:
    """Sets up the checkout `path` from `source`, if there is one; `log` and its lock are its own files."""

    def __init__(self, source: str | None, path: str, *, log: str, passing: Callable[[], float] = monotonic) -> None:
        self._source = None if source is None or source == path else source
        self._path = path
        self.log = log
        self._passing = passing
        self._handle: int | None = None
        self._given: dict[str, str] = {}

    @contextmanager
    def locked(self, patience: float = 0) -> Iterator[None]:
        """Keep others from setting up this checkout; refuses (Occupied) while somebody does, killed or not."""
        with process_lock(f"{self.log}.lock", patience=patience) as handle:
            self._handle = handle
            try:
                yield
            finally:
                self._handle = None

    def give(self, environment: Mapping[str, str]) -> None:
        self._given = dict(environment)
        if not environment:
            return
        file = os.path.join(self._path, ENVIRONMENT)
        lines = ["# Given to this worktree by Interlock, and to no other."]
        lines += [f"{name}={value}" for name, value in environment.items()]
        replace(file, ("\n".join(lines) + "\n").encode(), is_persons=True)

    def steps(self, wanted: WorktreeSettings) -> list[Step]:
        source = None if self._source is None else FolderOnDisk(self._source)
        steps = plan(source, FolderOnDisk(self._path), wanted)
        return [Step("git hooks", "hooks"), *steps] if self._lacks_hooks() else steps

    def carry_out(self, step: Step) -> Carried:
        """Carry out one step; what became of it, in words."""
        began = self._passing()
        acts = {
            "hooks": self._hooks,
            "copy": self._copy,
            "link": self._link,
            "clone": self._clone,
            "run": self._run,
            "script": self._script,
        }
        self._note(f"\n== {step.name}\n")
        try:
            words, done = acts[step.kind](step), True
            for path in step.makes:
                if os.path.lexists(os.path.join(self._path, path)):
                    self._hide(path)
        except (Trouble, OSError) as error:
            words, done = str(error), False
        self._note(f"-- {words}\n")
        return Carried(step.name, done, words, round(self._passing() - began, 3))

    def is_free(self, port: int) -> bool:
        return all(_can_bind(family, address, port) for family, address in LOOPBACK)

    def _lacks_hooks(self) -> bool:
        if self._source is None:
            return False
        return hooks.configured(self._source) != hooks.configured(self._path) or bool(
            hooks.lacking(self._source, self._path)
        )

    def _hooks(self, _step: Step) -> str:
        """Give it the hooks of the source that git does not track, and the setting that leads to them."""
        assert self._source is not None  # noqa: S101  such a step is planned only with a source
        path = hooks.configured(self._source)
        if path is not None and path != hooks.configured(self._path):
            try:
                hooks.configure(self._path, path)
            except GitRefused:
                return f"its hooks are not those of {self._source}, where {hooks.SETTING} is {path}"
        files = hooks.lacking(self._source, self._path)
        for file in files:
            target = os.path.join(self._path, file)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            copy(os.path.join(self._source, file), target)
        return f"{count(len(files), 'file')} of {path} copied"

    def _script(self, step: Step) -> str:
        """What an installation of the project runs at its end, unless npm is told to run none."""
        files = (os.path.join(self._path, step.folder, ".npmrc"), os.path.expanduser("~/.npmrc"))
        told = [os.environ.get(name, "") for name in ("npm_config_ignore_scripts", "NPM_CONFIG_IGNORE_SCRIPTS")]
        if "true" in told or any(_IGNORES.search(text_of(file)) for file in files):
            return "not run: npm is configured to ignore scripts"
        return self._run(step)

    def _copy(self, step: Step) -> str:
        assert self._source is not None  # noqa: S101  such a step is planned only with a source
        return f"{count(copy_included(self._source, self._path, step.paths), 'file')} copied"

    def _link(self, step: Step) -> str:
        [path] = step.paths
        taken, given = os.path.join(self._source or "", path), os.path.join(self._path, path)
        if os.path.lexists(given):
            return "it is there"
        if not os.path.lexists(taken):
            raise Trouble(f"{taken} is not there, so nothing can lead to it")
        os.makedirs(os.path.dirname(given), exist_ok=True)
        os.symlink(taken, given)
        self._hide(path)
        return f"leads to {taken}"

    def _hide(self, path: str) -> None:
        """Make git ignore what was added: a link where only `data/` is ignored, or what nobody ignored."""
        if run(self._path, "check-ignore", "--quiet", path).code != 0:
            common = line(self._path, "rev-parse", "--path-format=absolute", "--git-common-dir")
            lock = os.path.join(os.path.dirname(self.log), "exclude.lock")
            exclude(os.path.join(common, "info", "exclude"), f"/{path}", lock=lock)

    def _clone(self, step: Step) -> str:
        """Clone the folders. One that is there without its marker was broken off."""
        marker = os.path.join(step.paths[-1], step.marker)
        if os.path.lexists(os.path.join(self._path, marker)):
            return "it is there"
        before = self._stamp(marker)
        try:
            for path in step.paths:
                self._clone_folder(step, path)
        except (Unclonable, OSError) as error:
            return self._instead(step, f"not cloned: {error}")
        if self._stamp(marker) != before:
            return self._instead(step, "not cloned: it was changed meanwhile")
        return f"cloned from {self._source}"

    def _clone_folder(self, step: Step, path: str) -> None:
        target = os.path.join(self._path, path)
        delete(target)
        ways = Ways(skips=lambda below: below in SKIPPED, copies=lambda below: _is_written(below, step.written))
        last = step.marker if path == step.paths[-1] else ""
        clone(os.path.join(self._source or "", path), target, ways=ways, last=last, root=self._source or "")

    def _instead(self, step: Step, why: str) -> str:
        self._note(f"{why}\n")
        for path in step.paths:
            delete(os.path.join(self._path, path))
        return self._run(step)

    def _stamp(self, marker: str) -> tuple[int, int]:
        found = os.stat(os.path.join(self._source or "", marker))
        return found.st_mtime_ns, found.st_ino

    def _run(self, step: Step) -> str:
        shown = " ".join(map(quote, step.command))
        self._note(f"$ {shown}\n")
        environment = {name: value for name, value in os.environ.items() if name not in _NOT_HANDED_ON} | self._given
        with open(self.log, "ab", opener=private) as log:
            begins = log.tell()
            try:
                done = subprocess.run(
                    step.command,
                    cwd=os.path.join(self._path, step.folder),
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    check=False,
                    pass_fds=() if self._handle is None else (self._handle,),
                )
            except OSError as error:
                if not is_missing(step.command[0], error, environment.get("PATH")):
                    raise
                raise Trouble(f"{step.command[0]} is not installed, so `{shown}` cannot run") from None
        if done.returncode != 0:
            raise Trouble(f"`{shown}` ended with status {done.returncode}: {self._tail(begins)}")
        return "done"

    def _tail(self, begins: int) -> str:
        with open(self.log, "rb") as log:
            log.seek(max(begins, os.path.getsize(self.log) - LONGEST_TAIL))
            lines = log.read().decode("utf-8", "replace").splitlines()
        return "\n".join(["", *[f"    {line}" for line in lines[-LAST_LINES:]]]) if lines else "it said nothing"

    def _note(self, text: str) -> None:
        private_folder(os.path.dirname(self.log))
        with open(self.log, "a", encoding="utf-8", errors="replace", opener=private) as log:
            log.write(text)


def _is_written(below: str, written: tuple[str, ...]) -> bool:
    """Whether tools write this in place: what was generated lies in hidden folders, and some packages are patched."""
    top = below.split("/", 1)[0]
    hidden = top.startswith(".") and top != ".bin"
    return hidden or any(below == name or below.startswith(name + "/") for name in written)


def _can_bind(family: socket.AddressFamily, address: str, port: int) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address, port))
    except OSError as error:
        return error.errno not in (errno.EADDRINUSE, errno.EACCES)  # anything else: there is no such address here
    return True
