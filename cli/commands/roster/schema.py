"""`payees schema`: the roster's JSON Schema."""

import json

import click

from roster.schema import roster_schema


@click.command()
def schema() -> None:
    """Print the JSON Schema of payees.yaml: editors then complete the keys and mark mistakes.

    Keep it beside the roster, and name it in the roster's first line:

    \b
    payees schema >payees.schema.json
    # yaml-language-server: $schema=payees.schema.json
    """
    click.echo(json.dumps(roster_schema(), indent=2, ensure_ascii=False))
