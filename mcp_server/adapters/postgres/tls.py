"""Why a server's certificate is not trusted: libpq says that it isn't, and no more. So it is asked for once again."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Mapping
from typing import Any

SSL_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"
SECONDS = 3


def why_not_trusted(host: str, port: int, parameters: Mapping[str, Any]) -> str | None:
    """What is wrong with the certificate of the server there, such as that it has expired; None if that is unknown."""
    default = os.path.expanduser("~/.postgresql/root.crt")
    authorities = parameters.get("sslrootcert") or os.environ.get("PGSSLROOTCERT") or default
    try:
        trusting = ssl.create_default_context(cafile=None if authorities == "system" else authorities)
        trusting.check_hostname = parameters.get("sslmode") == "verify-full"
        with socket.create_connection((host, port), timeout=SECONDS) as wire:
            wire.sendall(SSL_REQUEST)
            if wire.recv(1) == b"S":
                trusting.wrap_socket(wire, server_hostname=host).close()
    except ssl.SSLCertVerificationError as error:
        return str(error.verify_message)
    except (OSError, ValueError):
        pass
    return None
