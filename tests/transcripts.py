"""Transcripts as the client writes them: lines of responses, and of all that stands between."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mcp_server.domain.usage.response import Tokens

MODEL = "claude-opus-5-5"
AT = "2027-01-15T08:00:00.000Z"
"""The day on which the clock of a test begins."""


def response(name: str, tokens: Tokens = (10, 20, 30, 40), *, model: str = MODEL, at: str = AT, **more: Any) -> str:
    """The line of a block of a response: of one with several blocks there are several lines."""
    names = ("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    usage = {**dict(zip(names, tokens, strict=True)), "service_tier": "standard"}
    message = {"id": name, "type": "message", "role": "assistant", "model": model, "content": [], "usage": usage}
    return line(type="assistant", message=message, timestamp=at, isSidechain=False, **more)


def noise(text: str = "Go on") -> str:
    """A line that says nothing of tokens."""
    return line(type="user", message={"role": "user", "content": text}, timestamp=AT)


def summary() -> str:
    """The line of a conversation that was summed up."""
    return line(type="system", subtype="compact_boundary", content="Conversation compacted")


def totals(**models: Tokens) -> str:
    """What the client counted itself, by model (with `_` for `-`)."""
    names = ("inputTokens", "outputTokens", "cacheCreationInputTokens", "cacheReadInputTokens")
    usage = {model.replace("_", "-"): dict(zip(names, tokens, strict=True)) for model, tokens in models.items()}
    return line(type="cost-state", sessionId="s1", totalCostUSD=0.1, modelUsage=usage)


def line(**fields: Any) -> str:
    """An object on one line."""
    return json.dumps(fields, separators=(",", ":"), ensure_ascii=False) + "\n"


def write(file: Path, *lines: str) -> Path:
    """Put these lines into a new file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(lines), encoding="utf-8")
    return file


def append(file: Path, *lines: str) -> None:
    """Write on in a file."""
    with file.open("a", encoding="utf-8") as stream:
        stream.writelines(lines)
