"""One `s/…/…/`, as sed, tar and rename take it."""

from mcp_server.bash.unknown import is_known

_DIALECTS_DIFFER = frozenset("\\(){}+?|")


def substituted(script: str, text: str, *, perl: bool = False) -> str | None:
    """`text` after the substitution; None for other scripts, and for patterns that sed and Python read differently."""
    import re  # only where something is really substituted

    mark = script[1:2]
    parts = script[2:].split(mark) if script[:1] == "s" and mark else []
    if len(parts) != 3 or not set(parts[2]) <= set("gi" if perl else "g") or not is_known(text):
        return None
    pattern, new, flags = parts
    if "$" in new if perl else "\\" in new or not _DIALECTS_DIFFER.isdisjoint(pattern.replace("\\.", "")):
        return None
    try:
        expression = re.compile(pattern, re.IGNORECASE if "i" in flags else 0)
        return expression.sub(new if perl else new.replace("&", r"\g<0>"), text, count=0 if "g" in flags else 1)
    except (re.error, IndexError):
        return None
