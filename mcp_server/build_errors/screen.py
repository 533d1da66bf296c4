"""The lines of an output as a person sees them: without colours, progress bars and log prefixes."""

from __future__ import annotations

ENDS = 256 * 1024
"""Characters that are read at each end: errors are where a run begins to fail and in its summary."""
LONGEST_LINE = 1_000


def ends(output: str) -> str:
    """The output, or its two ends when it is very long."""
    if len(output) <= 2 * ENDS:
        return output
    return output[:ENDS] + "\n" + output[-ENDS:]


def plain(output: str) -> str:
    """The text without terminal escapes and invisible characters."""
    if "\x1b" in output:
        output = _without_escapes(output)
    if "\r" in output:
        output = output.replace("\r\n", "\n").replace("\r", "\n")
    for unseen in ("\x00", "\b", "\ufeff", "\u200b"):
        if unseen in output:
            output = output.replace(unseen, "")
    return output


def lines(text: str) -> list[str]:
    """The lines of plain text, each of limited length, without log prefixes."""
    return cut(whole_lines(text))


def cut(shown: list[str]) -> list[str]:
    """The lines, each of limited length."""
    return [line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE] for line in shown]


def whole_lines(text: str) -> list[str]:
    """The lines of plain text without the prefixes of those who passed them on, however long they are."""
    shown = text.split("\n")
    if " | " in text:
        shown = [_without_service(line) for line in shown]
    if _is_stamped(shown):
        shown = [_without_stamp(line) for line in shown]
    if any(line.startswith("#") and line[1:2].isdigit() for line in shown[:60]):
        shown = [_without_step(line) for line in shown]
    for sign, prefix in _PREFIXES:
        if sign in text:
            shown = prefix(shown)
    return shown


def _without_labels(shown: list[str]) -> list[str]:
    """The lines without the name of the script that printed them, `[web] `, when most have one."""
    filled = [line for line in shown[:400] if line.strip()]
    labelled = sum(_labelled(line) > 0 for line in filled)
    return [line[_labelled(line) :] for line in shown] if labelled * 3 > len(filled) * 2 else shown


def _labelled(line: str) -> int:
    """Where the text begins after `[name] `; 0 without one, or if the name is a severity or a count."""
    end = line.find("]", 1, 40) if line[:1] == "[" else -1
    label = line[1:end] if end > 1 else ""
    if not label or not label[0].isalnum() or label.lower() in _SEVERITIES or " " in label or "/" in label:
        return 0
    return end + 2 if line[end + 1 : end + 2] == " " else (end + 1 if len(line) == end + 1 else 0)


_SEVERITIES = frozenset(
    "error err warn warning info debug fatal critical notice note trace e w i failed fail ok".split()
)


def _without_escapes(output: str) -> str:
    first, *parts = output.split("\x1b")
    kept = [first]
    for part in parts:
        kind = part[:1]
        if kind == "[":
            kept.append(part[_end_of_control(part) :])
        elif kind == "]":
            bell = part.find("\x07")
            kept.append(part[bell + 1 :] if bell >= 0 else "")
        else:
            kept.append(part[2 if kind in "()" else 1 :])
    return "".join(kept)


def _end_of_control(part: str) -> int:
    for at in range(1, min(len(part), 40)):
        if "@" <= part[at] <= "~":
            return at + 1
    return 1


def _is_stamped(shown: list[str]) -> bool:
    stamped = [line for line in shown[:20] if line]
    return bool(stamped) and sum(_stamp(line) > 0 for line in stamped) * 2 > len(stamped)


def _stamp(line: str) -> int:
    """Where the text begins after a timestamp, `2026-11-20T23:41:07.1018273Z ` or `[12:03:28] `; 0 without one."""
    at = 1 if line[:1] in "[(" else 0
    if not line[at : at + 1].isdigit():
        return 0
    end = at
    while end < min(len(line), 48) and (line[end] in "0123456789-:.,+/TZ" or _between_digits(line, end)):
        end += 1
    mark = line[at:end]
    if mark.count(":") < 2 or mark.endswith(":"):
        return 0
    while line[end : end + 1] in ("]", ")", " "):
        end += 1
        if line[end - 1] == " ":
            break
    return end if line[end - 1 : end] == " " or end == len(line) else 0


def _between_digits(line: str, at: int) -> bool:
    return (
        line[at] == " " and line[at - 1].isdigit() and line[at + 1 : at + 2].isdigit() and line[at + 3 : at + 4] == ":"
    )


def _without_stamp(line: str) -> str:
    return line[_stamp(line) :]


def _without_service(line: str) -> str:
    """The line without a prefix such as `web-1  | ` (docker compose, foreman)."""
    bar = line.find("| ", 0, 40)
    name = line[:bar].rstrip()
    if bar <= 0 or line[bar - 1] != " " or not name[:1].isalpha() or " " in name:
        return line
    return line[bar + 2 :] if name.replace("-", "").replace("_", "").replace(".", "").isalnum() else line


def _without_step(line: str) -> str:
    """The line without the prefix `#12 3.456 ` of docker build."""
    if line[:1].isdigit():  # repeated below the failed step, without its number
        seconds, _, text = line.partition(" ")
        return text if seconds.replace(".", "", 1).isdigit() and seconds[-4:-3] == "." else line
    if line[:1] != "#" or not line[1:2].isdigit():
        return line
    step, _, rest = line.partition(" ")
    seconds, _, text = rest.partition(" ")
    return text if step[1:].isdigit() and seconds.replace(".", "", 1).isdigit() and "." in seconds else line


def _without_log_lines(shown: list[str]) -> list[str]:
    """The lines without the `> ` that Nix puts before those of a builder."""
    return [line.lstrip()[2:] if line.lstrip()[:2] in ("> ", ">") and line[:1] == " " else line for line in shown]


def _without_packages(shown: list[str]) -> list[str]:
    """The lines without `acme> `, when most have such a name of a package before them."""
    filled = [line for line in shown[:400] if line.strip()]
    named = sum(_packaged(line) > 0 for line in filled)
    return [line[_packaged(line) :] for line in shown] if named * 3 > len(filled) * 2 else shown


def _packaged(line: str) -> int:
    """Where the text begins after `name> ` or `name   > `, 0 without one."""
    end = line.find("> ", 1, 48) if line[:1].isalnum() else -1
    if end < 0:
        end = len(line) - 1 if line[-1:] == ">" and line[:1].isalnum() and len(line) < 48 else -1
    name = line[:end].rstrip() if end > 0 else ""
    return end + 2 if name and name.replace("-", "").replace("_", "").replace(".", "").isalnum() else 0


def _without_indent(shown: list[str]) -> list[str]:
    """The lines without what all of them are indented by."""
    indents = [len(line) - len(line.lstrip(" ")) for line in shown if line.strip()]
    by = min(indents, default=0)
    return [line[by:] for line in shown] if by and len(indents) > _FEW else shown


_FEW = 2
_PREFIXES = (
    ("[", _without_labels),
    ("remote: ", lambda shown: [line.removeprefix("remote: ") for line in shown]),
    ("➤ YN", lambda shown: [line.partition(": ")[2] if line.startswith("➤ YN") else line for line in shown]),
    ("##[", lambda shown: [line.replace("##[error]", "").replace("##[warning]", "warning: ") for line in shown]),
    ("log lines:", _without_log_lines),
    ("> ", _without_packages),
    ("", _without_indent),
)
"""What shows that lines may have a prefix, and the function that removes it."""
