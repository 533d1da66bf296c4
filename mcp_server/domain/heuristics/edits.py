"""Does a command that went well change something on purpose? And does a change bear on a failure?

Rough and quick, where a wrong answer costs a count and no more.
"""

from __future__ import annotations

from mcp_server.domain.heuristics.shell_words import base, command_of, simple_commands

TEXTS = (".md", ".rst", ".txt", ".adoc", ".log")
"""Files for people: editing one fixes no command that does not name it."""
_WRITERS = frozenset(
    "cp mv rm ln tee patch dd install touch mkdir rmdir truncate chmod chown ed ex unzip tar rsync black isort gofmt "
    "rustfmt autopep8 autoflake pyupgrade export kill pkill docker sqlite3 psql createdb".split()
)
_IN_PLACE = {
    "sed": ("-i", "--in-place"),
    "perl": ("-i", "-pi", "-ni"),
    "awk": ("-i",),
    "gawk": ("-i",),
    "prettier": ("--write", "-w"),
    "eslint": ("--fix",),
    "ruff": ("--fix", "format"),
    "cargo": ("fmt", "fix", "add", "remove", "update"),
    "go": ("fmt", "mod", "get", "generate"),
    "npm": ("install", "i", "add", "uninstall", "ci", "update"),
    "pip": ("install", "uninstall"),
    "clang-format": ("-i",),
    "git": tuple("apply am checkout switch restore reset revert stash merge rebase pull cherry-pick rm mv".split()),
    "python": ("-c", "-"),
    "python3": ("-c", "-"),
    "node": ("-e", "--eval"),
    "ruby": ("-e", "-i"),
}
"""Programs that change something only if they are told to, by one of these words."""
_ASKS = frozenset("grep egrep fgrep rg ag ack test [ [[ diff cmp which type command pgrep find false ls stat".split())
_NOWHERE = ("/dev/null", "/dev/stdout", "/dev/stderr", "&1", "&2")


def changes_something(command: str) -> bool:
    """Whether a command changes files or the environment on purpose, by what its text says."""
    if "<<" in command:
        return True  # a script or a file is given with it
    return any(map(_changes, simple_commands(command)))


def only_asks(command: str) -> bool:
    """Whether exit code 1 is an answer of this command's, as of a search that finds nothing."""
    found = simple_commands(command)
    return bool(found) and base((command_of(found[-1]) or [""])[0]) in _ASKS


def commits(command: str) -> bool:
    """Whether a command commits to git."""
    return any(
        words[:1] == ["git"] and _verb(words) == "commit" and "--dry-run" not in words
        for words in map(command_of, simple_commands(command))
    )


def bears_on(path: str, command: str, line: str) -> bool:
    """Whether an edit of this file bears on a failure: all but those of texts for people that it does not name."""
    return not path.lower().endswith(TEXTS) or path.rpartition("/")[2] in f"{command} {line}"


def _changes(words: list[str]) -> bool:
    if any(_redirects(word, following) for word, following in zip(words, [*words[1:], ""], strict=True)):
        return True
    names = frozenset(_IN_PLACE)
    run = command_of(words, names)
    program = base(run[0]) if run else ""
    if program in _WRITERS:
        return True
    return any(word in _IN_PLACE.get(program, ()) or word[:2] == "-i" and program == "sed" for word in run[1:])


def _verb(words: list[str]) -> str:
    """The command of git that is called."""
    at = 1
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in ("-C", "-c") else 1
    return words[at] if at < len(words) else ""


def _redirects(word: str, following: str) -> bool:
    """Whether a word redirects output into a file."""
    sign = word.lstrip("0123456789&")
    if not sign.startswith(">"):
        return False
    target = sign.lstrip(">|").strip() or following
    return bool(target) and not target.startswith(_NOWHERE)
