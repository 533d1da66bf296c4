"""Rewrites a command so that the grammar parses it right: removes here-documents and what tree-sitter-bash misreads.

The grammar loses what follows `<<EOF` on its line, takes `[ a > b ]` for a comparison where Bash makes a file, and
knows neither `coproc`, `<>`, `{fd}>` nor the patterns of extglob.
"""

from mcp_server.bash.unknown import BODY, HERE_STRING, MASKED

_BLANK = " \t"
_METACHARACTERS = frozenset(" \t\n;&|()<>")
_BEFORE_COMMANDS = frozenset(["if", "then", "else", "elif", "do", "while", "until", "!", "{", "time"])


class HereDocument:
    """A here-document that was removed: its text, and whether its delimiter was quoted, so that nothing expands."""

    __slots__ = ("literal", "text")

    def __init__(self, text: str, *, literal: bool) -> None:
        self.text = text
        self.literal = literal


def prepared(text: str, bodies: list[HereDocument]) -> str:
    """`text` for the grammar; its here-documents are moved to `bodies`, and redirections name their numbers."""
    return _Scan(text, bodies).run()


class _Frame:
    """One level of nesting: what closes it, how many `case` are open in it, and whether it contains commands."""

    __slots__ = ("cases", "closer", "commands")

    def __init__(self, closer: str, *, commands: bool) -> None:
        self.closer = closer
        self.commands = commands
        self.cases = 0


class _Scan:
    """One pass over a text, character by character, that knows what is quoted and where a command begins."""

    def __init__(self, text: str, bodies: list[HereDocument]) -> None:
        self._text = text
        self._bodies = bodies
        self._at = 0
        self._out: list[str] = []
        self._frames = [_Frame("", commands=True)]
        self._pending: list[tuple[int, str, bool, bool]] = []
        self._starts = True  # a command may begin here

    def run(self) -> str:
        while self._at < len(self._text):
            frame = self._frames[-1]
            if frame.closer == '"':
                self._in_quotes()
            elif not frame.commands:
                self._in_value(frame)
            else:
                self._in_command(self._text[self._at])
        return "".join(self._out)

    def _copy(self, count: int = 1) -> None:
        self._out.append(self._text[self._at : self._at + count])
        self._at += count

    def _push(self, count: int, closer: str, *, commands: bool) -> None:
        self._copy(count)
        self._frames.append(_Frame(closer, commands=commands))
        self._starts = commands

    def _pop(self) -> None:
        closer = self._frames[-1].closer
        if len(self._frames) > 1:
            self._frames.pop()
        self._copy(len(closer))
        self._starts = False

    def _ahead(self, *texts: str) -> str:
        return next((text for text in texts if self._text.startswith(text, self._at)), "")

    def _in_quotes(self) -> None:
        if self._ahead("\\"):
            self._copy(2)
        elif self._ahead('"'):
            self._pop()
        else:
            self._dollar_or_copy()

    def _in_value(self, frame: _Frame) -> None:
        if self._ahead(frame.closer):
            self._pop()
        elif frame.closer == "))" and self._ahead("("):
            self._push(1, ")", commands=False)
        elif self._ahead("'") and frame.closer != "))":
            self._copy(self._single_quoted())
        elif self._ahead("\\"):
            self._copy(2)
        elif self._ahead('"'):
            self._push(1, '"', commands=False)
        else:
            self._dollar_or_copy()

    def _dollar_or_copy(self) -> None:
        if self._ahead("$(("):
            self._push(3, "))", commands=False)
        elif self._ahead("$("):
            self._push(2, ")", commands=True)
        elif self._ahead("${"):
            self._push(2, "}", commands=False)
        elif self._ahead("`"):
            self._copy(self._to_backtick())
        else:
            self._copy()

    def _in_command(self, character: str) -> None:
        if character in "<>":
            self._redirection()
        elif character == "\n":
            self._copy()
            self._take_bodies()
            self._starts = True
        elif character in _BLANK:
            self._copy()
        elif character in ";&|":
            self._separator()
            self._starts = True
        elif character == "(":
            self._parenthesis()
        elif character == ")":
            self._closing()
        elif character == "#":
            self._copy(self._line())
        else:
            self._word()

    def _separator(self) -> None:
        if self._ahead(";&", ";;&"):
            self._out.append(";;")
            self._at += 3 if self._ahead(";;&") else 2
        else:
            self._copy()

    def _parenthesis(self) -> None:
        if self._ahead("()"):
            self._copy(2)
            self._starts = True
        elif self._starts and self._ahead("(("):
            self._push(2, "))", commands=False)
        else:
            self._push(1, ")", commands=True)

    def _closing(self) -> None:
        if self._frames[-1].cases or len(self._frames) == 1:
            self._copy()
            self._starts = True
        else:
            self._pop()

    def _redirection(self) -> None:
        if self._ahead("<(", ">("):
            self._push(2, ")", commands=True)
        elif self._ahead("<<<"):
            self._here_string()
        elif self._ahead("<<"):
            self._here_document()
        elif self._ahead("<>"):
            self._out.append(">>")  # creates the file and keeps its content: the same as far as writing goes
            self._at += 2
        else:
            self._copy()

    def _here_document(self) -> None:
        self._at += 2
        tabs = bool(self._ahead("-"))
        self._at += tabs
        while self._ahead(*_BLANK):
            self._at += 1
        delimiter, quoted = self._delimiter()
        number = len(self._bodies)
        self._bodies.append(HereDocument("", literal=quoted))
        self._pending.append((number, delimiter, quoted, tabs))
        self._out.append(f"<{BODY}{number}")

    def _here_string(self) -> None:
        self._at += 3
        while self._ahead(*_BLANK):
            self._at += 1
        self._out.append(f"<{HERE_STRING}")

    def _delimiter(self) -> tuple[str, bool]:
        delimiter, quoted = "", False
        while self._at < len(self._text) and (character := self._text[self._at]) not in _METACHARACTERS:
            if character in "'\"":
                end = self._text.find(character, self._at + 1)
                end = len(self._text) if end < 0 else end
                delimiter += self._text[self._at + 1 : end]
                self._at, quoted = end + 1, True
            elif character == "\\":
                delimiter += self._text[self._at + 1 : self._at + 2]
                self._at, quoted = self._at + 2, True
            else:
                delimiter += character
                self._at += 1
        return delimiter, quoted

    def _take_bodies(self) -> None:
        for number, delimiter, quoted, tabs in self._pending:
            lines = []
            while self._at < len(self._text):
                end = self._text.find("\n", self._at)
                end = len(self._text) if end < 0 else end
                line = self._text[self._at : end]
                self._at = min(end + 1, len(self._text))
                line = line.lstrip("\t") if tabs else line
                if line == delimiter:
                    break
                lines.append(line + "\n")
            self._bodies[number] = HereDocument("".join(lines), literal=quoted)
        self._pending = []

    def _word(self) -> None:
        began, out = self._at, len(self._out)
        starts, self._starts = self._starts, False
        if self._ahead("{") and self._brace(starts):
            return
        while self._at < len(self._text) and (character := self._text[self._at]) not in _METACHARACTERS:
            if character in "?*+@!" and self._text.startswith("(", self._at + 1) and not (starts and self._at == began):
                self._extended_pattern()
            elif not self._piece_of_word(character):
                return  # first read what was opened
        word = self._text[began : self._at]
        if self._ahead("(") and word.endswith("="):
            self._push(1, ")", commands=True)
            self._starts = False
        elif starts:
            self._first_word(word, out)

    def _piece_of_word(self, character: str) -> bool:
        depth = len(self._frames)
        if character == "\\":
            self._copy(2)
        elif character == "'":
            self._copy(self._single_quoted())
        elif self._ahead("$'"):
            self._copy(self._ansi_quoted())
        elif character == '"':
            self._push(1, '"', commands=False)
        else:
            self._dollar_or_copy()
        return len(self._frames) == depth

    def _first_word(self, word: str, out: int) -> None:
        frame = self._frames[-1]
        if word == "[":
            self._out[out:] = [MASKED["["]]
        elif word == "coproc":
            self._out[out:] = [" " * len(word)]
            self._starts = True
            self._skip_name()
        elif word == "case":
            frame.cases += 1
        elif word == "esac":
            frame.cases = max(0, frame.cases - 1)
        elif word == "[[":
            self._copy(self._condition())
        elif word in _BEFORE_COMMANDS or _assigns(word):
            self._starts = True

    def _skip_name(self) -> None:
        rest = self._text[self._at :].lstrip(_BLANK)
        name = rest.split(None, 1)[0] if rest.split(None, 1) else ""
        if name.isidentifier() and rest[len(name) :].lstrip(_BLANK).startswith(("{", "(")):
            self._at = len(self._text) - len(rest) + len(name)

    def _brace(self, starts: bool) -> bool:
        if starts and self._text[self._at + 1 : self._at + 2] not in (" ", "\t", "\n", ""):
            self._out.append(MASKED["{"])
            self._at += 1
            return False
        end = self._text.find("}", self._at)
        name = self._text[self._at + 1 : max(end, 0)]
        if name.partition("[")[0].isidentifier() and self._text[end + 1 : end + 2] in ("<", ">"):
            self._at = end + 1
            return True
        return False

    def _extended_pattern(self) -> None:
        end, depth = self._at + 1, 0
        while end < len(self._text):
            depth += (self._text[end] == "(") - (self._text[end] == ")")
            end += 1
            if depth == 0:
                break
        pattern = self._text[self._at : end]
        self._out.append("".join(MASKED.get(character, character) for character in pattern))
        self._at = end

    def _single_quoted(self) -> int:
        end = self._text.find("'", self._at + 1)
        return (len(self._text) if end < 0 else end + 1) - self._at

    def _ansi_quoted(self) -> int:
        end = self._at + 2
        while end < len(self._text) and self._text[end] != "'":
            end += 2 if self._text[end] == "\\" else 1
        return min(end + 1, len(self._text)) - self._at

    def _to_backtick(self) -> int:
        end = self._at + 1
        while end < len(self._text) and self._text[end] != "`":
            end += 2 if self._text[end] == "\\" else 1
        return min(end + 1, len(self._text)) - self._at

    def _line(self) -> int:
        end = self._text.find("\n", self._at)
        return (len(self._text) if end < 0 else end) - self._at

    def _condition(self) -> int:
        end = self._text.find(" ]]", self._at)
        return (len(self._text) if end < 0 else end + 3) - self._at


def _assigns(word: str) -> bool:
    name, equals, _ = word.partition("=")
    return bool(equals) and name.rstrip("+").partition("[")[0].isidentifier()
