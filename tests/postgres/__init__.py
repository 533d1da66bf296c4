"""Real PostgreSQL servers for tests: one of each version for a whole run of pytest, private ones, hosts, lost packets.

`shared(NEWEST).database()` is the address of an empty database. `private(OLDEST)` is a server that a test may kill.
"""

from tests.postgres.install import NEWEST, OLDEST, VERSIONS
from tests.postgres.server import Server, private
from tests.postgres.shared import shared

__all__ = ["NEWEST", "OLDEST", "VERSIONS", "Server", "private", "shared"]
