"""The repositories of the sandbox's tests."""

from tests.sandbox.conftest import own_repo

__all__ = ["own_repo"]
