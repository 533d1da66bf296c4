"""Runs git: the only way in which Interlock does, with nobody else's repository in its environment.

A command that reads runs none of the programs that a repository may bring, and obeys no `GIT_*` of the environment: no
hooks, no fsmonitor, no external diffs or text conversions, no signature checks, and no filters or merge drivers that
the repository's own configuration defines (those in the person's own configuration, such as Git LFS, run). It takes no
optional locks, so that it is in nobody's way.

A command that makes a commit or writes a checkout is the person's own git (`programs=True`): hooks, filters and merge
drivers run as they would by hand, with the person's identity, keys and configuration. Only the variables that would
lead it to another repository or index are removed.

On the path of a hook: the standard library alone, and little of it.
"""

from __future__ import annotations

import os

from mcp_server.adapters.host.file_stamp import stamp, text_of
from mcp_server.adapters.host.repository import repository_of
from mcp_server.adapters.host.run_program import Ran, is_missing, run_program
from mcp_server.domain.errors import InterlockError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

LOCATION = frozenset(
    """GIT_DIR GIT_WORK_TREE GIT_COMMON_DIR GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
    GIT_PREFIX GIT_NAMESPACE GIT_QUARANTINE_PATH GIT_LITERAL_PATHSPECS GIT_CONFIG GIT_CONFIG_PARAMETERS""".split()
)
"""What git sets for the hooks that it runs, and what would lead our git to another repository or index."""
SESSION = "CLAUDE_CODE_SESSION_ID"
"""Interlock's own commit hook would take a commit that is made under it for that agent's."""
NO_HOOKS = ("-c", f"core.hooksPath={os.devnull}")
NO_PROGRAMS = ("-c", "core.fsmonitor=false", *NO_HOOKS, "-c", "log.showSignature=false")
DIFF = ("diff", "--no-ext-diff", "--no-textconv", "--no-color")
"""How a diff is asked for, so that no program of the repository makes it."""
SECONDS = 60.0
ANSWER_SECONDS = 5.0
NOT_STARTED = -1
"""The code of a git that could not be started or took too long."""
DISTRUST = "git does not trust the repository in"
PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
"""Seconds between attempts while another git holds the same lock."""

_PLAIN_WORDS = (
    (
        r"detected dubious ownership in repository at '(.*?)'",
        DISTRUST + r" \1, because it belongs to another user. If you trust what is in it: git config --global "
        r"--add safe.directory \1",
    ),
    (
        r"index file smaller than expected|index file corrupt|bad index file sha1|bad signature 0x",
        "git's index of this checkout is damaged. Nothing that is committed is lost: there, run rm "
        '"$(git rev-parse --git-path index)", then git reset',
    ),
    (
        r"not a git repository \(or any of the parent directories\)",
        "git does not take this for a repository any more: something in its .git folder is missing or damaged",
    ),
    (
        r"Unable to create '(.*?\.lock)': File exists",
        r"another git is at work in this repository. Try again when it has ended; if none runs: rm \1",
    ),
    (
        r"(?:identity unknown|auto-detection is disabled|empty ident name)",
        "git does not know who you are: git config --global user.name NAME, and user.email ADDRESS",
    ),
)
"""What git says, and what is said instead."""
_PLAIN = {"clean": "", "smudge": "", "process": "", "required": "false"}
_TEXT_MERGE = "git merge-file --marker-size=%L %A %O %B"
_LOCAL: dict[str, tuple[object, dict[str, str]]] = {}


class GitRefused(InterlockError, OSError):
    """Git would not or could not; the message has git's own words. `code` is how it ended.

    `is_distrust`: because the repository belongs to another user.
    """

    def __init__(self, arguments: Iterable[str], code: int, said: bytes) -> None:
        complaint = " ".join(text(said).split())
        words = plain(complaint)[:500] or "it said nothing"
        verb = next((part for part in arguments if not part.startswith("-")), "")
        is_plain = code == NOT_STARTED or plain(complaint) != complaint
        super().__init__(words if is_plain else f"git {verb} failed with exit code {code}: {words}")
        self.is_distrust = words.startswith(DISTRUST)
        self.code = code
        self.words = words


def run(
    root: str,
    *arguments: str,
    given: bytes = b"",
    env: Mapping[str, str] | None = None,
    seconds: float | None = SECONDS,
    programs: bool = False,
    keep_open: int | None = None,
) -> Ran:
    """Run git in `root` with `given` as its input; refuses (GitRefused) when it can't be started or takes too long.

    With `programs` it is the person's own git. It inherits the descriptor `keep_open`.
    """
    options = () if programs else NO_PROGRAMS
    off = {} if programs else _local_programs_off(root)
    try:
        return run_program(
            ["git", *options, "-C", root, *arguments],
            env={**environment(programs=programs), **off, **(env or {})},
            given=given,
            seconds=seconds,
            keep_open=keep_open,
        )
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL, which no program can be given
        words = "git is not installed" if is_missing("git", error) else str(error)
        raise GitRefused(arguments, NOT_STARTED, words.encode("utf-8", "replace")) from error


def ask(
    root: str,
    *arguments: str,
    given: bytes = b"",
    env: Mapping[str, str] | None = None,
    seconds: float | None = SECONDS,
    programs: bool = False,
) -> bytes:
    """What git answers; refuses (GitRefused) when it ended with anything but success."""
    done = run(root, *arguments, given=given, env=env, seconds=seconds, programs=programs)
    if done.code:
        raise GitRefused(arguments, done.code, done.err)
    return done.out


def line(root: str, *arguments: str, env: Mapping[str, str] | None = None) -> str:
    """What git answers, as one line of text; refuses like `ask`."""
    return text(ask(root, *arguments, env=env)).strip()


def answer(root: str, *arguments: str, given: bytes = b"") -> bytes | None:
    """What git answers to a question with yes, no or a list, soon; None when it can't tell."""
    try:
        done = run(root, *arguments, given=given, seconds=ANSWER_SECONDS)
    except GitRefused:
        return None
    return done.out if done.code in (0, 1) else None


def patiently(attempt: Callable[[], Ran], pause: Callable[[float], None]) -> Ran:
    """What git says at last, once other processes have released its locks."""
    for seconds in PAUSES:
        done = attempt()
        if done.code == 0 or not _is_locked(done.err):
            return done
        pause(seconds)
    return attempt()


def show(root: str, *arguments: str) -> None:
    """Run git for the person at this terminal: with their own settings, pager and difftool.

    How it ends says nothing: git is killed if its pager is left before the end.
    """
    import subprocess  # only what a person looks at pays for it

    subprocess.run(["git", *arguments], cwd=root, env=without_location(), check=False)


def environment(*, programs: bool) -> dict[str, str]:
    """The environment that git is run in."""
    kept = without_location()
    if not programs:
        kept = {name: value for name, value in kept.items() if not name.startswith("GIT_")}
        kept["GIT_OPTIONAL_LOCKS"] = "0"
    return {**kept, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}


def without_location() -> dict[str, str]:
    """The environment for a program that is to work where it is started, and for nobody's session."""
    return {name: value for name, value in os.environ.items() if name not in LOCATION and name != SESSION}


def plain(said: str) -> str:
    """What git complains about; for what a person can do something about, in plain words with the way out."""
    import re  # only where git refuses

    for sign, words in _PLAIN_WORDS:
        found = re.search(sign, said)
        if found is not None:
            return found.expand(words)
    return said


def complaint(done: Ran) -> str:
    """What git complains about, in one line."""
    lines = [line.removeprefix("fatal: ").removeprefix("error: ") for line in text(done.err).splitlines()]
    return plain(" ".join(line.strip() for line in lines if line.strip()))[:600]


def records(output: bytes) -> list[str]:
    """The records of an answer that ends each with a NUL."""
    return [text(part) for part in output.split(b"\0") if part]


def text(data: bytes) -> str:
    """A path or a name as Python spells it, whatever its bytes."""
    return data.decode("utf-8", "surrogateescape")


def null_ended(paths: Iterable[str]) -> bytes:
    """Paths as git reads them under `-z --stdin`."""
    return b"".join(path.encode("utf-8", "surrogateescape") + b"\0" for path in paths)


def _is_locked(said: bytes) -> bool:
    """Whether another process is in the way for a moment: by a lock, or a worktree that it has half made."""
    words = text(said).lower()
    signs = (".lock: file exists", ".lock': file exists", "cannot lock ref", "could not lock", "unable to lock")
    return any(sign in words for sign in (*signs, "another git process", "commondir: success"))


def _local_programs_off(root: str) -> dict[str, str]:
    """What switches off the filters and merge drivers that the repository's own configuration defines.

    Git is asked for them only where its configuration can have any, and once for each version of it.
    """
    files = _configuration(root)
    version = tuple(stamp(file) for file in files)
    known = _LOCAL.get(root)
    if known is None or known[0] != version:
        known = _LOCAL[root] = version, _switches(root) if any(map(_may_define_programs, files)) else {}
    return known[1]


def _configuration(root: str) -> list[str]:
    repository = repository_of(root)
    if not (repository.is_in_git or repository.git_folder):
        return []
    common = os.path.dirname(repository.state)
    return [os.path.join(common, "config"), os.path.join(common, "config.worktree")]


def _may_define_programs(file: str) -> bool:
    words = text_of(file).lower()
    return any(section in words for section in ("[filter", "[merge", "[include", "worktreeconfig"))


def _switches(root: str) -> dict[str, str]:
    names = r"^(filter\..*\.(clean|smudge|process)|merge\..*\.driver)$"
    asked = ["git", *NO_PROGRAMS, "-C", root, "config", "--show-scope", "--name-only", "-z", "--get-regexp", names]
    done = run_program(asked, env=environment(programs=False), seconds=SECONDS)
    words = records(done.out)
    found = {name.rpartition(".")[0] for scope, name in zip(words[::2], words[1::2], strict=False) if _is_own(scope)}
    settings = [
        (f"{section}.{name}", value)
        for section in sorted(found)
        for name, value in ({"driver": _TEXT_MERGE} if section.startswith("merge.") else _PLAIN).items()
    ]
    switched = {f"GIT_CONFIG_KEY_{number}": name for number, (name, _) in enumerate(settings)}
    switched |= {f"GIT_CONFIG_VALUE_{number}": value for number, (_, value) in enumerate(settings)}
    return {**switched, "GIT_CONFIG_COUNT": str(len(settings))} if settings else {}


def _is_own(scope: str) -> bool:
    return scope in ("local", "worktree")
