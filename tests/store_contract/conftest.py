"""The stores that there are: each must pass the same tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.workspace import SCHEMA, Workspace


@pytest.fixture(params=["sqlite", "postgres"])
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace on each kind of store."""
    url = None
    if request.param != "sqlite":
        url = f"host=/tmp/pg port=5999 user=me dbname=w{__import__('os').environ.get('PYTEST_XDIST_WORKER', 'x')}"
        with psycopg.connect(url.split(" dbname")[0] + " dbname=postgres", autocommit=True) as c:
            n = url.rsplit("=", 1)[1]
            if c.execute("select 1 from pg_database where datname=%s", [n]).fetchone() is None:
                c.execute(f"create database {n}")
        with psycopg.connect(url, autocommit=True) as c:
            c.execute(f"drop schema if exists {SCHEMA} cascade")
    made = Workspace(request.param, tmp_path, url)
    yield made
    made.close()
