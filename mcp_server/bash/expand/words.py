"""Expands words in Bash's order: quotes, variables, substitutions, splitting, globs."""

from mcp_server.bash.expand import braces, globs, parameters
from mcp_server.bash.parse import quoting
from mcp_server.bash.unknown import NAME_PIECE, UNKNOWN, is_known, unmasked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.expand.context import Context

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,:=+@%^")
LITERAL, QUOTED, EXPANDED, BREAK = "literal", "quoted", "expanded", "break"
_BLANKS = " \t\n"
MOST_CHARACTERS = 200_000
"""The most characters that substitutions may add to one word; beyond that the word is unknown."""


def fields(shell: "Context", text: str) -> list[str]:
    """The arguments that a word expands to: none, one or many."""
    if _PLAIN.issuperset(text):
        return [text] if text else []
    found: list[str] = []
    expanded = braces.expanded(text)
    if len(expanded) >= braces.MOST_WORDS:
        shell.reading.cut_short("A brace expansion has too many words to follow.")
        expanded = [*expanded, UNKNOWN]
    for word in expanded:
        shell.spend(1)
        parts = _Word(shell, word).parts()
        for value, pattern in _split(parts, shell.separators):
            found += _globbed(shell, value, pattern)
    return found


def single(shell: "Context", text: str) -> str:
    """The text that a word expands to if it is not split: an assigned value, a here-string."""
    if _PLAIN.issuperset(text) and "=" not in text and ":" not in text:
        return text
    return _joined(_Word(shell, text, assigned=True).parts())


def pattern(shell: "Context", text: str) -> str:
    """The pattern that a word expands to, its quoted parts escaped."""
    return "".join(globs.escaped(value) if kind is QUOTED else value for kind, value in _Word(shell, text).parts())


def body(shell: "Context", text: str) -> str:
    """The text that a here-document expands to."""
    return _joined(_Word(shell, text).in_quotes(len(text), document=True))


def _joined(parts: list[tuple[str, str]]) -> str:
    return unmasked("".join(" " if kind is BREAK else value for kind, value in parts))


def _split(parts: list[tuple[str, str]], separators: str) -> list[tuple[str, str]]:
    """Fields, each as its text and as a pattern."""
    found: list[tuple[str, str]] = []
    value: str | None = None
    active = ""
    for kind, text in parts:
        if kind is BREAK:
            found += [] if value is None else [(value, active)]
            value, active = None, ""
        elif kind is EXPANDED:
            pieces = _pieces(text, separators)
            if pieces and pieces[0] == "" and value is None:
                pieces = pieces[1:]
            for number, piece in enumerate(pieces):
                if number:
                    found += [] if value is None else [(value, active)]
                    value, active = None, ""
                if piece or (number and number < len(pieces) - 1):
                    value, active = (value or "") + piece, active + piece
        else:
            value = (value or "") + text
            active += text if kind is LITERAL else globs.escaped(text)
    return found if value is None else [*found, (value, active)]


def _pieces(text: str, separators: str) -> list[str]:
    """`text` split at separators; adjacent blanks count as one, and at the ends they leave an empty piece."""
    if not any(separator in text for separator in separators):
        return [text] if text else []
    pieces, last_hard = [""], False
    for character in text:
        if character not in separators:
            pieces[-1] += character
            last_hard = False
        elif character in _BLANKS:
            if pieces[-1] or len(pieces) == 1:
                pieces.append("")
        elif pieces[-1] or last_hard or len(pieces) == 1:
            pieces.append("")
            last_hard = True
    return pieces


def _globbed(shell: "Context", value: str, active: str) -> list[str]:
    if not globs.is_active(active):
        return [unmasked(value)]
    if UNKNOWN in active or NAME_PIECE in active or shell.directory is None or "noglob" in shell.options:
        return [UNKNOWN if is_known(value) and "noglob" not in shell.options else unmasked(value)]
    found = shell.matching(active)
    if found or "nullglob" in shell.options:
        return found
    return [unmasked(value)]


class _Word:
    """One word, read from left to right into parts."""

    def __init__(self, shell: "Context", text: str, *, assigned: bool = False) -> None:
        self._shell = shell
        self._text = text
        self._at = 0
        self._assigned = assigned
        self._parts: list[tuple[str, str]] = []
        self._length = 0

    def parts(self) -> list[tuple[str, str]]:
        """The parts of the whole word."""
        self._tilde()
        while self._at < len(self._text):
            self._piece(self._text[self._at])
        return self._parts

    def in_quotes(self, end: int, *, document: bool = False) -> list[tuple[str, str]]:
        """The parts of the text inside double quotes, or in a here-document, up to `end`."""
        special = '$`\\"\n' if not document else "$`\\\n"
        while self._at < end:
            character = self._text[self._at]
            if character == "\\":
                following = self._text[self._at + 1 : self._at + 2]
                kept = following if following in special else character + following
                self._add(QUOTED, "" if following == "\n" else kept)
                self._at += 2
            elif character in "$`":
                self._expansion(quoted=True)
            else:
                start = self._at
                while self._at < end and self._text[self._at] not in "\\$`":
                    self._at += 1
                self._add(QUOTED, self._text[start : self._at])
        return self._parts

    def _add(self, kind: str, text: str) -> None:
        self._parts.append((kind, text))

    def _tilde(self) -> None:
        if not self._text.startswith("~"):
            return
        end = self._text.find("/")
        name = self._text[1 : end if end >= 0 else len(self._text)]
        value = self._shell.home_of(name)
        if value is not None:
            self._at = 1 + len(name)
            self._add(QUOTED, value)

    def _piece(self, character: str) -> None:
        if character == "\\":
            following = self._text[self._at + 1 : self._at + 2]
            self._add(QUOTED, "" if following == "\n" else following)
            self._at += 2
        elif character == "'":
            end = self._text.find("'", self._at + 1)
            end = len(self._text) if end < 0 else end
            self._add(QUOTED, self._text[self._at + 1 : end])
            self._at = end + 1
        elif character == '"':
            self._quotes()
        elif character in "$`":
            self._expansion(quoted=False)
        elif character in "<>" and self._text.startswith("(", self._at + 1):
            end = quoting.closing(self._text, self._at + 1)
            self._add(QUOTED, self._shell.process_substitution(self._text[self._at + 2 : end], character))
            self._at = end + 1
        else:
            self._literal(character)

    def _literal(self, character: str) -> None:
        self._add(LITERAL, character)
        self._at += 1
        if self._assigned and character in "=:" and self._text.startswith("~", self._at):
            self._text, self._at = self._text[self._at :], 0
            self._tilde()

    def _quotes(self) -> None:
        end = quoting.end_of_double(self._text, self._at)
        self._at += 1
        if self._at == end:
            self._add(QUOTED, "")
        self.in_quotes(end)
        self._at = end + 1

    def _expansion(self, *, quoted: bool) -> None:
        if self._text[self._at] == "`":
            end = quoting.end_of_backticks(self._text, self._at)
            inside = quoting.in_backticks(self._text[self._at + 1 : end])
            self._value(self._shell.substitution(inside), quoted=quoted)
            self._at = end + 1
            return
        following = self._text[self._at + 1 : self._at + 2]
        if following == "(":
            self._parenthesis(quoted=quoted)
        elif following == "{":
            end = quoting.closing(self._text, self._at + 1)
            self._values(parameters.braced(self._shell, self._text[self._at + 2 : end], quoted=quoted), quoted=quoted)
            self._at = end + 1
        elif following == "[":
            end = quoting.closing(self._text, self._at + 1)
            self._value(self._shell.arithmetic(self._text[self._at + 2 : end]), quoted=quoted)
            self._at = end + 1
        elif following == "'" and not quoted:
            value, self._at = quoting.ansi(self._text, self._at + 2)
            self._add(QUOTED, value)
        elif following == '"' and not quoted:
            self._at += 1
        else:
            self._named(quoted=quoted)

    def _parenthesis(self, *, quoted: bool) -> None:
        end = quoting.closing(self._text, self._at + 1)
        inside = self._text[self._at + 2 : end]
        if inside.startswith("(") and inside.endswith(")") and quoting.closing(inside, 0) == len(inside) - 1:
            self._value(self._shell.arithmetic(inside[1:-1]), quoted=quoted)
        else:
            self._value(self._shell.substitution(inside), quoted=quoted)
        self._at = end + 1

    def _named(self, *, quoted: bool) -> None:
        start = self._at + 1
        end = start + 1
        if self._text[start : start + 1].isidentifier():
            while end < len(self._text) and (self._text[end].isalnum() or self._text[end] == "_"):
                end += 1
        name = self._text[start:end]
        if not name or not (name.isidentifier() or name.isdigit() or name in "@*#?$!-"):
            self._add(QUOTED if quoted else LITERAL, "$")
            self._at += 1
            return
        self._values(parameters.plain(self._shell, name, quoted=quoted), quoted=quoted)
        self._at = end

    def _values(self, values: str | list[str], *, quoted: bool) -> None:
        if isinstance(values, str):
            self._value(values, quoted=quoted)
            return
        for number, value in enumerate(values):
            if number:
                self._add(BREAK, "")
            self._value(value, quoted=quoted)

    def _value(self, value: str, *, quoted: bool) -> None:
        self._length += len(value)
        if self._length >= MOST_CHARACTERS:
            self._shell.reading.cut_short(f"A word has more than {MOST_CHARACTERS:,} characters.")
            value = UNKNOWN
        self._add(QUOTED if quoted else EXPANDED, value)
