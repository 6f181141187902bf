"""What can stop the stack, each with what to do about it."""

from __future__ import annotations


class StackError(Exception):
    """The stack cannot go on; the message is one line a person can act on."""


class MissingToolError(StackError):
    """A system tool is not installed and may not be installed from here."""


class NotReadyError(StackError):
    """A process did not become ready."""
