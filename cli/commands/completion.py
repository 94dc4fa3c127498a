"""`payees completion`: what a shell needs to complete commands, options and payees with Tab."""

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that lets SHELL complete commands, options and the roster's payees.

    \b
    payees completion bash >>~/.bashrc
    payees completion zsh >>~/.zshrc
    payees completion fish >~/.config/fish/completions/payees.fish
    """
    group = click.get_current_context().find_root().command
    complete = get_completion_class(shell)
    assert complete  # noqa: S101 (click knows all three)
    click.echo(complete(group, {}, "payees", "_PAYEES_COMPLETE").source())
