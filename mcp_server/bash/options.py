"""The options and operands of a command line, as getopt reads them."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Options:
    """What was given: `operands` in order, and each option's values, "" for one without a value."""

    __slots__ = ("_given", "operands")

    def __init__(self) -> None:
        self._given: list[tuple[str, str]] = []
        self.operands: list[str] = []

    def add(self, name: str, value: str = "") -> None:
        """Note one option."""
        self._given.append((name, value))

    @property
    def given(self) -> list[tuple[str, str]]:
        """Every option with its value, in order."""
        return list(self._given)

    def has(self, *names: str) -> bool:
        """Whether any of the options was given."""
        return any(name in names for name, _ in self._given)

    def values(self, *names: str) -> list[str]:
        """The values of the options, in the order in which they were given."""
        return [value for name, value in self._given if name in names]

    def value(self, *names: str) -> str | None:
        """The last value, None when none of the options was given."""
        return next(reversed(self.values(*names)), None)


def parsed(  # noqa: PLR0913  each says one thing about a program
    arguments: "Iterable[str]",
    *,
    valued: str = "",
    attached: str = "",
    long: str = "",
    words: "Mapping[str, bool] | None" = None,
    whole: bool = False,
    stop: bool = False,
) -> Options:
    """Read `arguments`.

    `valued` are the letters with a value, `attached` those whose value stands in the same word or is left out, `long`
    the long names (without dashes) with a value, `words` the long names after a single dash, and whether they have a
    value. With `whole` a dash begins one option of any length, never several letters. With `stop` the first operand
    ends the options.
    """
    found = Options()
    words = words or {}
    long_names = frozenset(long.split())
    rest = list(arguments)
    at = 0
    while at < len(rest):
        argument = rest[at]
        at += 1
        if argument == "--":
            found.operands += rest[at:]
            break
        if argument in words or argument.partition("=")[0] in words:
            at += _word(found, argument, rest[at:], words)
        elif whole and argument.startswith("-") and len(argument) > 1:
            at += _whole(found, argument, rest[at:], valued, long_names, words)
        elif argument.startswith("--"):
            at += _long(found, argument, rest[at:], long_names)
        elif argument.startswith("-") and len(argument) > 1:
            at += _short(found, argument, rest[at:], valued, attached)
        else:
            found.operands.append(argument)
            if stop:
                found.operands += rest[at:]
                break
    return found


def _long(found: Options, argument: str, following: list[str], names: frozenset[str]) -> int:
    name, equals, value = argument.partition("=")
    if equals or name[2:] not in names or not following:
        found.add(name, value)
        return 0
    found.add(name, following[0])
    return 1


def _whole(  # noqa: PLR0913,PLR0917  what an option may be is said in three ways
    found: Options,
    argument: str,
    following: list[str],
    valued: str,
    long_names: frozenset[str],
    words: "Mapping[str, bool]",
) -> int:
    """`-name VALUE` and `--name=VALUE`, as Go's programs read them: noted with one dash."""
    name, equals, value = argument.partition("=")
    name = "-" + name.lstrip("-")
    takes = words.get(name, name[1:] in long_names or (len(name) == 2 and name[1] in valued))
    takes_next = takes and not equals and bool(following)
    found.add(name, following[0] if takes_next else value)
    return int(takes_next)


def _word(found: Options, argument: str, following: list[str], words: "Mapping[str, bool]") -> int:
    name, equals, value = (argument, "", "") if argument in words else argument.partition("=")
    takes_next = words[name] and not equals and bool(following)
    found.add(name, following[0] if takes_next else value)
    return int(takes_next)


def _short(found: Options, argument: str, following: list[str], valued: str, attached: str) -> int:
    for at, letter in enumerate(argument[1:], 1):
        value = argument[at + 1 :]
        if letter in attached:
            found.add("-" + letter, value)
            return 0
        if letter in valued:
            if value or not following:
                found.add("-" + letter, value)
                return 0
            found.add("-" + letter, following[0])
            return 1
        found.add("-" + letter)
    return 0
