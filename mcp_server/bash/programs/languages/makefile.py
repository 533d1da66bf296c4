"""A makefile: its variables and rules; the recipes of a goal are run as shell text."""

from mcp_server.bash.expand import globs
from mcp_server.bash.unknown import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mcp_server.bash.call import Call

MOST_DEPTH = 30
_BUILT_IN = {"MAKE": "make", "CC": "cc", "CXX": "g++", "RM": "rm -f", "AR": "ar", "SHELL": "/bin/sh"}


class Rule:
    """The prerequisites of a target and its recipe."""

    def __init__(self, needs: list[str], recipe: list[str]) -> None:
        self.needs = needs
        self.recipe = recipe


class Makefile:
    """One makefile; `run` runs the recipes of its goals."""

    def __init__(self, call: "Call", text: str, values: dict[str, str]) -> None:
        self.call = call
        self.given = values
        self.values: dict[str, str] = {**_BUILT_IN, **values}
        self.rules: dict[str, Rule] = {}
        self.patterns: list[tuple[str, Rule]] = []
        self.first = ""
        self.done: set[str] = set()
        self.phony: set[str] = set()
        self._read(text.replace("\\\n", "\x13"), 0)

    def run(self, goals: list[str], *, touches: bool) -> None:
        """Make the goals, or the first target; with `touches` they are only touched."""
        for goal in goals or ([self.first] if self.first else []):
            if touches and goal not in self.phony:
                self.call.write(goal)
            elif not touches:
                self._make(goal, 0)

    # Reading

    def _read(self, text: str, depth: int) -> None:
        targets: list[str] = []
        skipping: list[bool] = []
        for raw in text.split("\n"):
            if raw.startswith("\t") and targets:
                if not any(skipping):
                    for target in targets:
                        self._rule(target).recipe.append(raw[1:].replace("\x13", "\\\n"))
                continue
            line = _without_comment(raw.replace("\x13", " ")).strip()
            if not line:
                continue
            if self._conditional(line, skipping) or any(skipping):
                continue
            targets = self._line(line, depth)

    def _conditional(self, line: str, skipping: list[bool]) -> bool:
        word, _, rest = line.partition(" ")
        if word in ("ifeq", "ifneq", "ifdef", "ifndef"):
            skipping.append(not self._holds(word, rest.strip()))
        elif word == "else" and skipping:
            skipping[-1] = not skipping[-1]
        elif word == "endif" and skipping:
            skipping.pop()
        else:
            return False
        return True

    def _holds(self, word: str, rest: str) -> bool:
        if word in ("ifdef", "ifndef"):
            return bool(self.values.get(rest)) is (word == "ifdef")
        if rest.startswith("("):
            one, _, other = rest[1:-1].partition(",")
        else:
            parts = [part for part in rest.replace("'", '"').split('"') if part.strip()]
            one, other = (parts + ["", ""])[:2]
        return (self.expanded(one.strip()) == self.expanded(other.strip())) is (word == "ifeq")

    def _line(self, line: str, depth: int) -> list[str]:
        if line.startswith(("include ", "-include ", "sinclude ")):
            for name in self.expanded(line.partition(" ")[2]).split():
                text = self.call.text(name)
                if depth >= MOST_DEPTH:
                    self._too_deep()
                elif text is not None:
                    self._read(text.replace("\\\n", "\x13"), depth + 1)
            return []
        line = line.removeprefix("export ").removeprefix("override ")
        sign = next((sign for sign in (":::=", "::=", ":=", "?=", "+=", "!=") if sign in line.partition(" = ")[0]), "")
        equals = line.find("=")
        colon = line.find(":")
        if sign or (equals >= 0 and (colon < 0 or equals < colon)):
            self._assign(line, sign or "=")
            return []
        return self._targets(line) if colon >= 0 else []

    def _assign(self, line: str, sign: str) -> None:
        name, _, value = line.partition(sign)
        name, value = name.strip(), value.strip()
        if ":" in name or name in self.given:
            return
        if sign == "?=":
            inherited = self.call.shell.get(name)
            if name not in self.values:
                self.values[name] = inherited if isinstance(inherited, str) else value
        elif sign == "+=":
            self.values[name] = f"{self.values.get(name, '')} {value}".strip()
        elif sign == "!=":
            self.values[name] = self.call.shell.substitution(value).replace("\n", " ")
        else:
            self.values[name] = self.expanded(value) if sign != "=" else value

    def _targets(self, line: str) -> list[str]:
        left, _, right = line.partition(":")
        right = right.lstrip(":")
        right, semicolon, command = right.partition(";")
        names = self.expanded(left).split()
        needs = [need for need in self.expanded(right).split() if need != "|"]
        if names == [".PHONY"]:
            self.phony |= set(needs)
            return []
        for name in names:
            if "%" in name:
                self.patterns.append((name, Rule(needs, [])))
            else:
                if not self.first and not name.startswith("."):
                    self.first = name
                self.rules.setdefault(name, Rule([], [])).needs += needs
            if semicolon:
                self._rule(name).recipe.append(command.strip())
        return names

    def _rule(self, name: str) -> Rule:
        if "%" in name:
            return next(rule for pattern, rule in reversed(self.patterns) if pattern == name)
        return self.rules[name]

    # Expanding

    def expanded(self, text: str, own: dict[str, str] | None = None, depth: int = 0) -> str:
        """`text` with variables and functions replaced."""
        if "$" not in text or depth > MOST_DEPTH:
            return text if depth <= MOST_DEPTH else UNKNOWN
        out, at = [], 0
        while at < len(text):
            if text[at] != "$" or at + 1 >= len(text):
                out.append(text[at])
                at += 1
                continue
            following = text[at + 1]
            if following == "$":
                out.append("$")
                at += 2
            elif following in "({":
                end = _closing(text, at + 1)
                out.append(self._reference(text[at + 2 : end], own or {}, depth + 1))
                at = end + 1
            else:
                out.append(self._reference(following, own or {}, depth + 1))
                at += 2
        return "".join(out)

    def _reference(self, inside: str, own: dict[str, str], depth: int) -> str:
        name, space, rest = inside.partition(" ")
        if space and name in _FUNCTIONS:
            return self._function(name, rest, own, depth)
        if ":" in inside and "=" in inside:
            variable, _, change = inside.partition(":")
            before, _, after = change.partition("=")
            words = self.expanded(f"$({variable})", own, depth).split()
            if "%" not in before:
                before, after = "%" + before, "%" + after
            return " ".join(_substituted(word, before, after) for word in words)
        inside = self.expanded(inside, own, depth)
        if inside in own:
            return own[inside]
        if inside[:1] in own and inside[1:] in ("D", "F"):
            above, _, base = own[inside[:1]].rpartition("/")
            return (above or ".") if inside[1:] == "D" else base
        if inside in self.values:
            return self.expanded(self.values[inside], own, depth)
        value = self.call.shell.get(inside)
        return value if isinstance(value, str) else (self.call.shell.directory or UNKNOWN) if inside == "CURDIR" else ""

    def _function(self, name: str, rest: str, own: dict[str, str], depth: int) -> str:
        if name == "shell":
            return self.call.shell.substitution(self.expanded(rest, own, depth)).replace("\n", " ")
        parts = [
            self.expanded(part.lstrip() if number else part, own, depth) for number, part in enumerate(_commas(rest))
        ]
        shell, words = self.call.shell, parts[-1].split()

        def is_wanted(word: str) -> bool:
            return any(globs.matches(pattern.replace("%", "*"), word) for pattern in parts[0].split())

        results: dict[str, Callable[[], Iterable[str]]] = {
            "wildcard": lambda: (path for word in words for path in shell.matching(word)),
            "subst": lambda: [parts[2].replace(parts[0], parts[1])],
            "patsubst": lambda: (_substituted(word, parts[0], parts[1]) for word in words),
            "filter": lambda: filter(is_wanted, words),
            "filter-out": lambda: (word for word in words if not is_wanted(word)),
            "words": lambda: [str(len(words))],
            "sort": lambda: sorted(set(words)),
            "firstword": lambda: words[:1],
            "lastword": lambda: words[-1:],
            "strip": lambda: words,
            "dir": lambda: (word.rpartition("/")[0] + "/" if "/" in word else "./" for word in words),
            "notdir": lambda: (word.rpartition("/")[2] for word in words),
            "basename": lambda: (word.rpartition(".")[0] or word for word in words),
            "suffix": lambda: ("." + word.rpartition(".")[2] for word in words if "." in word),
            "abspath": lambda: (shell.locate(word) or UNKNOWN for word in words),
            "realpath": lambda: (shell.real(word) or UNKNOWN for word in words),
            "addprefix": lambda: (parts[0] + word for word in words),
            "addsuffix": lambda: (word + parts[0] for word in words),
            "info": lambda: (),
            "warning": lambda: (),
        }
        return " ".join(results[name]()) if name in results and len(parts) >= _LEAST_PARTS.get(name, 1) else UNKNOWN

    def _too_deep(self) -> None:
        self.call.runs_anything("The makefile is nested too deeply to follow.")

    # Running

    def _make(self, goal: str, depth: int) -> None:
        if goal in self.done:
            return
        if depth > MOST_DEPTH:
            self._too_deep()
            return
        self.done.add(goal)
        self.call.shell.spend(5)
        rule, stem = self.rules.get(goal), ""
        if rule is None or not rule.recipe:
            found = self._by_pattern(goal)
            if found is not None:
                pattern_rule, stem = found
                needs = [need.replace("%", stem) for need in pattern_rule.needs]
                rule = Rule([*needs, *(rule.needs if rule else [])], pattern_rule.recipe)
        if rule is None:
            return
        for need in rule.needs:
            self._make(need, depth + 1)
        own = {
            "@": goal,
            "<": rule.needs[0] if rule.needs else "",
            "^": " ".join(dict.fromkeys(rule.needs)),
            "+": " ".join(rule.needs),
            "*": stem,
            "?": " ".join(rule.needs),
        }
        self._recipe(rule.recipe, own)

    def _by_pattern(self, goal: str) -> tuple[Rule, str] | None:
        for pattern, rule in self.patterns:
            before, _, after = pattern.partition("%")
            if goal.startswith(before) and goal.endswith(after) and len(goal) >= len(before) + len(after):
                return rule, goal[len(before) : len(goal) - len(after)]
        return None

    def _recipe(self, recipe: list[str], own: dict[str, str]) -> None:
        for line in filter(str.strip, recipe):
            self.call.run_shell(self.expanded(line.lstrip("@-+ \t"), own))


_FUNCTIONS = frozenset(
    "shell wildcard patsubst subst filter filter-out words word dir notdir strip basename suffix abspath realpath "
    "addprefix addsuffix sort firstword lastword foreach if or and call eval value info warning error join findstring "
    "wordlist".split()
)
_LEAST_PARTS = {"subst": 3, "patsubst": 3}


def _without_comment(line: str) -> str:
    at = line.find("#")
    while at > 0 and line[at - 1] == "\\":
        at = line.find("#", at + 1)
    return line if at < 0 else line[:at]


def _closing(text: str, start: int) -> int:
    opening, depth = text[start], 0
    closing = ")" if opening == "(" else "}"
    for at in range(start, len(text)):
        depth += (text[at] == opening) - (text[at] == closing)
        if depth == 0:
            return at
    return len(text)


def _commas(text: str) -> list[str]:
    parts, depth = [""], 0
    for character in text:
        depth += (character in "({") - (character in ")}")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _substituted(word: str, before: str, after: str) -> str:
    start, _, end = before.partition("%")
    if "%" not in before:
        return after if word == before else word
    if word.startswith(start) and word.endswith(end) and len(word) >= len(start) + len(end):
        return after.replace("%", word[len(start) : len(word) - len(end)], 1)
    return word
