"""What stops a command, as one line with what to do."""


class CommandError(Exception):
    """Ends the command with exit status 1; the text is for the operator."""


class Refused(CommandError):
    """The mesh answered with a problem; `code` is its own."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
