"""The words of a shell text, read quickly and roughly: what a command is probably for, not what it may do.

On hot paths of hooks: nothing is imported. `mcp_server.bash` reads commands thoroughly.
"""

from __future__ import annotations

MOST_CHARACTERS = 20_000
KEYWORDS = frozenset("if then else elif while until do ! { } set and or".split())
PLAIN_WRAPPERS = frozenset(
    "nohup setsid unbuffer catchsegv chronic ifne eatmydata fakeroot caffeinate winpty dbus-run-session proxychains "
    "arch busybox toybox".split()
)
"""Programs that run the command after their options, none of which takes a value."""
WRAPPERS = PLAIN_WRAPPERS | frozenset(
    "sudo doas env cross-env time timeout gtimeout nice ionice stdbuf chrt taskset numactl strace ltrace xvfb-run "
    "xargs exec command builtin npx bunx pnpx dlx x run uv uvx poetry pipenv pdm hatch rye bundle python python3 py "
    "node -m coverage spring nyc c8 corepack direnv dotenv . --".split()
)
"""Words that only determine how the program after them is started."""
_VALUED = {"sudo": "-u -g -C -D", "env": "-u -C", "timeout": "-k -s", "nice": "-n", "stdbuf": "-i -o -e"}
"""Options of wrappers that take the next word as their value."""


def simple_commands(text: str) -> list[list[str]]:
    """The simple commands of `text` as lists of words without quotes, also those after `-c` and in `$(…)`."""
    found = _Splitter().run(text[:MOST_CHARACTERS])
    for words in list(found):
        for option, word in zip(words, words[1:], strict=False):
            if option[:1] == "-" and option[1:2] != "-" and option[-1:] == "c" and " " in word:
                found += simple_commands(word)
    return found


def command_of(words: list[str], programs: frozenset[str] | dict[str, str] = frozenset()) -> list[str]:
    """`words` without assignments, keywords and wrappers before the program; a name in `programs` is not a wrapper."""
    at, valued = 0, ""
    while at < len(words):
        word, name = words[at], base(words[at])
        if name in programs:
            break
        if word in valued.split():
            at += 1
        elif name in WRAPPERS or name in KEYWORDS:
            valued = _VALUED.get(name, "")
        elif not (word[:1] == "-" or "=" in word or _is_number(word) or not name):
            break
        at += 1
    return words[at:]


def program_of(words: list[str]) -> str:
    """The name of the program that a simple command runs, "" for none."""
    return base(command_of(words)[0]) if command_of(words) else ""


def base(path: str) -> str:
    """The name of a program without its directory and extension."""
    name = path[max(path.rfind("/"), path.rfind("\\")) + 1 :]
    return name[:-4] if name.endswith((".exe", ".cmd")) else name


def _is_number(word: str) -> bool:
    return word.rstrip("smhd").replace(".", "").isdigit()


class _Splitter:
    """Splits a text into simple commands, character by character; a backslash only escapes blanks and quotes."""

    def __init__(self) -> None:
        self.commands: list[list[str]] = [[]]
        self._word = ""
        self._quoted = False  # a quoted empty word counts
        self._quotes = [""]  # open quotes: in the outer text, and in each `$(` within double quotes

    def run(self, text: str) -> list[list[str]]:  # noqa: C901  a case for each kind of letter
        escaped = False
        for at, letter in enumerate(text):
            before, after = text[at - 1 : at], text[at + 1 : at + 2]
            quote = self._quotes[-1]
            if escaped:
                self._word += letter if letter != "\n" else ""
                escaped = False
            elif letter == "\\" and quote != "'" and after and after in "\n \"'":
                escaped = True
            elif quote and letter == quote:
                self._quotes[-1] = ""
            elif quote and not (quote == '"' and before == "$" and letter == "("):
                self._word += letter
            elif letter in "'\"":
                self._quotes[-1], self._quoted = letter, True
            elif letter in " \t":
                self._end_word()
            elif letter in "\n;|()`" or (letter == "&" and ">" not in (before, after)):
                self._end_command(letter, opens=bool(quote))
            else:
                self._word += letter
        self._end_word()
        return [words for words in self.commands if words]

    def _end_word(self) -> None:
        if self._word or self._quoted:
            self.commands[-1].append(self._word)
        self._word, self._quoted = "", False

    def _end_command(self, sign: str, *, opens: bool) -> None:
        self._end_word()
        self.commands.append([])
        if opens:
            self._quotes.append("")
        elif sign == ")" and len(self._quotes) > 1:
            self._quotes.pop()
