"""`find`: what it deletes, prints into files and runs, evaluated on the disk; `fd`: what it runs."""

from mcp_server.bash.expand import globs
from mcp_server.bash.unknown import UNKNOWN, is_known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp_server.bash.call import Call, Handler

    Test = Callable[[str, int], bool | None]

_VALUED = frozenset(
    "amin anewer atime cmin cnewer context ctime fstype gid group ilname inum links lname mmin mtime newer "
    "perm samefile "
    "size uid used user wholename regextype xtype mindepth maxdepth".split()
)
_PLAIN = frozenset(
    "daystart depth d mount xdev noleaf nouser nogroup readable writable executable noignore_readdir_race"
    " ignore_readdir_race warn nowarn follow X".split()
)
_NO_ACTION = frozenset(["quit", "ls"])


class _Search:
    """An expression of `find`; its `test` evaluates a path and carries out the actions."""

    def __init__(self, call: "Call", words: list[str]) -> None:
        self.call = call
        self.words = words
        self.at = 0
        self.has_action = False
        self.printed: list[str] = []
        self.batches: dict[int, tuple[list[str], list[str]]] = {}
        self.most_depth, self.least_depth = self._depth("-maxdepth", 10_000), self._depth("-mindepth", 0)
        self.pruned = False
        self.test = self._any()

    def _depth(self, word: str, otherwise: int) -> int:
        at = self.words.index(word) if word in self.words[:-1] else -1
        return int(self.words[at + 1]) if at >= 0 and self.words[at + 1].isdigit() else otherwise

    def _peek(self) -> str:
        return self.words[self.at] if self.at < len(self.words) else ""

    def _any(self) -> "Test":
        tests = [self._all()]
        while self._peek() in ("-o", "-or", ","):
            self.at += 1
            tests.append(self._all())

        def test(path: str, depth: int) -> bool | None:
            open_question = False
            for one in tests:
                answer = one(path, depth)
                if answer:
                    return True
                open_question = open_question or answer is None
            return None if open_question else False

        return tests[0] if len(tests) == 1 else test

    def _all(self) -> "Test":
        tests: list[Test] = []
        while self.at < len(self.words) and self._peek() not in ("-o", "-or", ",", ")"):
            if self._peek() in ("-a", "-and"):
                self.at += 1
            else:
                tests.append(self._one())

        def test(path: str, depth: int) -> bool | None:
            open_question = False
            for one in tests:
                answer = one(path, depth)
                if answer is False:
                    return False
                open_question = open_question or answer is None
            return None if open_question else True

        return test

    def _one(self) -> "Test":
        word = self._peek()
        self.at += 1
        if word in ("!", "-not"):
            inner = self._one()
            return lambda path, depth: _not(inner(path, depth))
        if word == "(":
            inner = self._any()
            self.at += 1
            return inner
        name = word.lstrip("-")
        if name in ("exec", "ok", "execdir", "okdir"):
            return self._running(name.endswith("dir"))
        if name in ("fprint", "fprint0", "fls", "fprintf"):
            return self._printing_into(name)
        return self._simple(name)

    def _value(self) -> str:
        value = self._peek()
        self.at += 1
        return value

    def _simple(self, name: str) -> "Test":
        if name in ("name", "iname", "path", "ipath", "wholename"):
            return self._matching(name, self._value())
        if name in ("type", "xtype"):
            return self._of_type(self._value())
        if name in ("regex", "iregex"):
            return self._expression(self._value(), ignore=name == "iregex")
        if name == "empty":
            return lambda path, _: self._is_empty(path)
        if name in ("delete", "print", "print0", "printf"):
            if name == "printf":
                self._value()
            return self._acting(name)
        if name == "prune":
            return lambda _path, _depth: self._prune()
        if name in ("true", "false"):
            return lambda _path, _depth: name == "true"
        return self._undecided(name)

    def _measured(self, name: str, value: str) -> "Test":
        """`-size`, `-links`, `-newer`, `-perm`, evaluated on the disk; unknown for what this command wrote."""
        files = self.call.disk.files
        other = files.status(self.call.shell.real(value) or "") if name == "newer" else None

        def test(path: str, _depth: int) -> bool | None:
            real = self.call.named(path) or path
            status, mode = files.status(real), files.mode(real)
            if status is None or mode is None or any(write.path == real for write in self.call.shell.reading.writes):
                return None
            if name == "newer":
                return None if other is None else status[1] > other[1]
            if name == "perm":
                return _has_mode(mode, value)
            return _compares(status[2] if name == "links" else status[0], value, in_blocks=name == "size")

        return test

    def _undecided(self, name: str) -> "Test":
        if name in ("size", "links", "newer", "perm"):
            return self._measured(name, self._value())
        if name in ("mindepth", "maxdepth"):
            self.at += 1
            return lambda _path, _depth: True
        if name in _VALUED or name.startswith("newer"):
            self.at += 1
            return lambda _path, _depth: None
        if name in _NO_ACTION:
            self.has_action = True
            return lambda _path, _depth: True
        return (lambda _path, _depth: True) if name in _PLAIN else (lambda _path, _depth: None)

    def _matching(self, name: str, pattern: str) -> "Test":
        if not is_known(pattern):
            return lambda _path, _depth: None
        fold = name.startswith("i")
        pattern = pattern.lower() if fold else pattern

        def test(path: str, _depth: int) -> bool:
            text = path if name.endswith(("path", "wholename")) else path.rstrip("/").rpartition("/")[2]
            return globs.matches(pattern, text.lower() if fold else text)

        return test

    def _of_type(self, letters: str) -> "Test":
        kinds = {"f": "file", "d": "directory", "l": "link"}
        wanted = [kinds.get(letter) for letter in letters.split(",")]
        return lambda path, _depth: self.call.disk.kind(self.call.named(path) or path) in wanted

    def _expression(self, pattern: str, *, ignore: bool) -> "Test":
        import re  # only for a search that uses it

        basic = not any(word in self.words for word in ("posix-extended", "egrep", "posix-egrep"))
        source = pattern.replace("\\(", "(").replace("\\)", ")").replace("\\|", "|") if basic else pattern
        try:
            expression = re.compile(source, re.IGNORECASE if ignore else 0)
        except re.error:
            return lambda _path, _depth: None
        return lambda path, _depth: expression.fullmatch(path) is not None

    def _is_empty(self, path: str) -> bool | None:
        real = self.call.named(path) or path
        if self.call.disk.kind(real) == "directory":
            return not self.call.disk.entries(real)
        return self.call.disk.text(real) == "" if self.call.disk.kind(real) == "file" else False

    def _prune(self) -> bool:
        self.pruned = True
        return True

    def _acting(self, name: str) -> "Test":
        self.has_action = True

        def act(path: str, _depth: int) -> bool:
            if name == "delete":
                self.call.remove(path)
            else:
                self.printed.append(path if name != "printf" else UNKNOWN)
            return True

        return act

    def _printing_into(self, name: str) -> "Test":
        self.has_action = True
        file = self._value()
        if name == "fprintf":
            self._value()
        self.call.write(file)
        return lambda _path, _depth: True

    def _running(self, in_folder: bool) -> "Test":
        self.has_action = True
        start = self.at
        while self.at < len(self.words) and self.words[self.at] != ";":
            if self.words[self.at] == "+" and self.words[self.at - 1] == "{}":
                break
            self.at += 1
        command, together = self.words[start : self.at], self._peek() == "+"
        self.at += 1
        if together:
            found = self.batches.setdefault(start, (command, []))[1]

            def collect(path: str, _depth: int) -> bool:
                found.append(path)
                return True

            return collect
        return lambda path, _depth: self._run(command, path, in_folder=in_folder)

    def _run(self, command: list[str], path: str, *, in_folder: bool) -> bool | None:
        shell = self.call.shell
        if in_folder:
            above, _, base = path.rpartition("/")
            shell = shell.fork()
            shell.directory = shell.locate(above or ".")
            path = "./" + base
        status = self.call.run([word.replace("{}", path) for word in command], shell)
        return status if isinstance(status, bool) else True if status else None


_UNITS = {"c": 1, "w": 2, "b": 512, "k": 1024, "M": 1024**2, "G": 1024**3}


def _compares(number: int, value: str, *, in_blocks: bool) -> bool | None:
    sign = value[:1] if value[:1] in "+-" else ""
    digits = value[len(sign) :]
    if in_blocks:
        unit = _UNITS.get(digits[-1:], 0) or 512
        digits = digits.rstrip("cwbkMG")
        number = -(-number // unit)
    if not digits.isdigit():
        return None
    wanted = int(digits)
    return number > wanted if sign == "+" else number < wanted if sign == "-" else number == wanted


def _has_mode(mode: int, value: str) -> bool | None:
    sign = value[:1] if value[:1] in "-/" else ""
    digits = value[len(sign) :]
    if not digits.isdigit():
        return None
    wanted = int(digits, 8)
    return mode & wanted == wanted if sign == "-" else bool(mode & wanted) if sign else mode == wanted


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _find(call: "Call") -> None:
    words = list(call.arguments)
    while words and words[0] in ("-H", "-L", "-P", "-E", "-X") or (words and words[0].startswith("-O")):
        words.pop(0)
    starts = []
    while words and words[0] not in ("!", "(") and not words[0].startswith("-"):
        starts.append(words.pop(0))
    if not any(_acts(word) for word in words):
        _listing(call, starts or ["."], words)
        return
    if any(not is_known(start) for start in starts):
        _Search(call, words)
        call.mark_unknown(f"Cannot tell where `{call.name}` looks.")
        return
    search = _Search(call, words)
    for start in starts or ["."]:
        _walk(call, search, start)
    _run_batches(call, search)
    if search.printed:
        call.prints(UNKNOWN)


def _acts(word: str) -> bool:
    return word in ("-delete", "-exec", "-execdir", "-ok", "-okdir", "-fprint", "-fprint0", "-fls", "-fprintf")


def _listing(call: "Call", starts: list[str], words: list[str]) -> None:
    """Without an action only the printed names matter, if anything reads them."""
    if not call.output_is_read:
        return
    if any(not is_known(text) for text in (*starts, *words)):
        call.prints()
        return
    search = _Search(call, words)
    for start in starts:
        if not _walk(call, search, start, sure=True):
            call.prints()
            return
    call.prints("".join(path + "\n" for path in search.printed))


def _walk(call: "Call", search: _Search, start: str, *, sure: bool = False) -> bool:
    """Evaluate every path below `start`; returns whether all results were known."""
    waiting: list[tuple[str, int]] = [(start, 0)]
    clear, seen, after = True, 0, "-delete" in search.words or "-depth" in search.words
    written = len(call.shell.reading.writes)
    deferred: list[tuple[str, int]] = []
    while waiting:
        path, depth = waiting.pop()
        seen += 1
        if seen > globs.MOST_PATHS:
            if "-delete" in search.words or len(call.shell.reading.writes) > written:
                call.write_tree(start)
            call.mark_unknown(f"`{call.name}` searches too many files to follow.")
            return False
        real = call.named(path)
        if real is None or call.disk.kind(real) is None:
            continue
        search.pruned = False
        if after:
            deferred.append((path, depth))
        elif depth >= search.least_depth:
            clear = _visit(call, search, path, depth, sure=sure) and clear
        if call.disk.kind(real) == "directory" and depth < search.most_depth and not search.pruned:
            names = call.disk.entries(real)
            waiting += [(f"{path.rstrip('/') if path != '/' else ''}/{name}", depth + 1) for name in reversed(names)]
    for path, depth in reversed(deferred):
        if depth >= search.least_depth:
            clear = _visit(call, search, path, depth, sure=sure) and clear
    return clear


def _visit(call: "Call", search: _Search, path: str, depth: int, *, sure: bool) -> bool:
    answer = search.test(path, depth)
    if not search.has_action and answer:
        search.printed.append(path)
    return not (answer is None and sure)


def _run_batches(call: "Call", search: _Search) -> None:
    for command, found in search.batches.values():
        if found:
            call.run([*command[:-1], *found])


def _fd(call: "Call") -> None:
    """`fd`: -x and -X run a command for each result, which is not known."""
    for at, word in enumerate(call.arguments):
        if word in ("-x", "-X", "--exec", "--exec-batch"):
            child = call.shell.fork()
            child.certain = False
            command = call.arguments[at + 1 :]
            words = [part.replace("{}", UNKNOWN) for part in command]
            call.run(words if "{}" in command else [*words, UNKNOWN], child)
    call.prints()


TABLE: "dict[str, Handler]" = {"find gfind": _find, "fd fdfind": _fd}
