"""How a command ends when it cannot do what it was asked."""

import click


class Failure(click.ClickException):
    """One sentence on stderr, saying what happened and what to do, and exit code 1."""

    def show(self, file: object = None) -> None:  # noqa: ARG002 (click's signature)
        click.echo(self.message, err=True)
