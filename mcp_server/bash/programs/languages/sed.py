"""What `sed` writes: its files with -i, and what `w` and the flag `w` of `s` name in its script."""

from mcp_server.bash.programs.rewriting import edit_in_place
from mcp_server.bash.unknown import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call
    from mcp_server.bash.options import Options

_NO_FILES = ("/dev/stdout", "/dev/stderr")


def run(call: "Call") -> None:
    """`sed`."""
    given = call.options(valued="efl", attached="i", long="expression file line-length")
    names = list(given.operands)
    scripts = given.values("-e", "--expression")
    for name in given.values("-f", "--file"):
        text = call.text(name)
        if text is None:
            call.mark_unknown(f"Cannot tell what the script of `{call.name}` writes.")
        scripts.append(text or "")
    if not scripts and not given.has("-f", "--file") and names:
        scripts = [names.pop(0)]
    for file in written("\n".join(scripts)):
        if file is None:
            call.runs_anything(f"Cannot tell what `{call.name}` runs.")
        elif file not in _NO_FILES:
            call.write(file)
    if given.has("-i", "--in-place") and not given.has("--help", "--version"):
        _in_place(call, given, names)
    elif call.output_is_read:
        _print(call, given, scripts, names)


def _in_place(call: "Call", given: "Options", names: list[str]) -> None:
    suffix = given.value("-i", "--in-place") or ""
    if call.shell.reading.programs[-1:] == ["sed"] and suffix == "" and names[:1] == [""]:
        names = names[1:]  # the spelling of BSD: `sed -i '' ...`
    if given.has("--follow-symlinks"):
        names = [call.shell.real(name) or name for name in names]
    edit_in_place(call, names, suffix)


def _print(call: "Call", given: "Options", scripts: list[str], names: list[str]) -> None:
    text = call.text(names[0] if names else "-") if len(names) < 2 else None
    if text is None or len(scripts) != 1 or given.has("-n", "--quiet", "--silent"):
        call.prints()
        return
    from mcp_server.bash.programs.substitution import substituted  # only where its output is read

    changed = [substituted(scripts[0], line) for line in text.splitlines()]
    call.prints(UNKNOWN if None in changed else "".join(f"{line}\n" for line in changed))


def written(script: str) -> "list[str | None]":
    """The files that a script writes, with None for each command that it runs."""
    return _Script(script).files()


class _Script:
    """A sed script, read command by command."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._found: list[str | None] = []

    def files(self) -> "list[str | None]":
        while self._at < len(self._text):
            self._address()
            self._command()
        return self._found

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _address(self) -> None:
        while self._peek() and (self._peek() in " \t\n;,!{}+~$" or self._peek().isdigit()):
            self._at += 1
        if self._peek() == "/":
            self._at = self._end("/", self._at + 1)
            self._flags_of_address()
        elif self._peek() == "\\":
            self._at = self._end(self._text[self._at + 1 : self._at + 2], self._at + 2)
            self._flags_of_address()

    def _flags_of_address(self) -> None:
        while self._peek() and self._peek() in "IM":
            self._at += 1
        self._address()

    def _end(self, delimiter: str, at: int) -> int:
        """The position after the next `delimiter` that is not escaped."""
        bracket = False
        while at < len(self._text) and delimiter:
            character = self._text[at]
            if character == "\\":
                at += 1
            elif character == "[" and not bracket:
                bracket = (
                    self._text.find("]", at + 2) > 0 and delimiter in self._text[at : self._text.find("]", at + 2)]
                )
            elif character == "]":
                bracket = False
            elif character == delimiter and not bracket:
                return at + 1
            at += 1
        return len(self._text)

    def _rest_of_line(self) -> str:
        end = self._text.find("\n", self._at)
        end = len(self._text) if end < 0 else end
        rest, self._at = self._text[self._at : end], end
        return rest

    def _command(self) -> None:
        letter = self._peek()
        self._at += 1
        if letter in ("s", "y"):
            self._substitution(letter)
        elif letter and letter in "wW":
            self._found.append(self._rest_of_line().strip())
        elif letter == "e":
            self._rest_of_line()
            self._found.append(None)
        elif letter and letter in "aicrR#:btTvqQlL":
            self._text_or_label(letter)

    def _text_or_label(self, letter: str) -> None:
        if letter in "btTqQlL":
            while self._peek() and self._peek() not in ";\n}":
                self._at += 1
            return
        line = self._rest_of_line()
        while letter in "aic" and line.endswith("\\") and self._at < len(self._text):
            self._at += 1
            line = self._rest_of_line()

    def _substitution(self, letter: str) -> None:
        delimiter = self._peek()
        self._at = self._end(delimiter, self._at + 1)
        at = self._at
        while at < len(self._text) and self._text[at] != delimiter:
            at += 2 if self._text[at] == "\\" else 1
        self._at = at + 1
        while letter == "s" and self._peek() and self._peek() in "gpiIMmew0123456789":
            flag = self._peek()
            self._at += 1
            if flag == "w":
                self._found.append(self._rest_of_line().strip())
            elif flag == "e":
                self._found.append(None)
