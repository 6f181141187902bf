"""`python -m navette` is the command `navette`."""

from navette.cli import app

if __name__ == "__main__":
    app()
