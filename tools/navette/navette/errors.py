"""What stops a command, as one line with what to do."""


class CommandError(Exception):
    """Ends the command with exit status 1; the text is for the operator."""
