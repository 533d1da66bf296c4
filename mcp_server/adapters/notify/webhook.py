"""Notifies a person through a webhook: the need is posted as JSON."""

from __future__ import annotations

import json
import os
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from mcp_server.adapters.notify.words import headline, line
from mcp_server.domain.oversight.need import Need
from mcp_server.domain.text import stamp

SECONDS = 5.0


class Webhook:
    """An address that takes JSON: `text` is what chat services show, the parts are there by name.

    `$NAME` in the address stands for a variable of the environment, so that secrets stay out of the settings.
    """

    def __init__(self, address: str, repository: str) -> None:
        self._address = address
        self._repository = repository

    def notify(self, need: Need) -> None:
        address = os.path.expandvars(self._address)
        if urlsplit(address).scheme not in ("http", "https"):
            raise ValueError("the webhook's address does not begin with http:// or https://")
        parts = {**need._asdict(), "since": stamp(need.since), "repository": self._repository}
        body = {"text": f"{headline(self._repository)}\n{line(need)}", **parts}
        request = Request(  # noqa: S310  the scheme has been checked
            address, json.dumps(body).encode(), {"Content-Type": "application/json", "User-Agent": "interlock"}
        )
        try:
            urlopen(request, timeout=SECONDS).close()  # noqa: S310  as above
        except HTTPError as error:
            error.close()
            raise OSError(f"the webhook answered {error.code}") from None
        except HTTPException as error:
            raise OSError(f"the webhook did not answer in HTTP: {type(error).__name__}") from None
