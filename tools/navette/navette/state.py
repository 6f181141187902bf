"""What the options before the command chose, for the commands."""

from pathlib import Path

from navette.gateway import Access, Gateway


class State:
    """The run folder of the local stack."""

    run: Path = Path(".local")


state = State()


def gateway() -> Gateway:
    """A session of the operator."""
    return Gateway(Access.find(state.run))
