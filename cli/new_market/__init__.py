"""What `payees init` writes: a roster, what git leaves out, and a workflow for GitHub."""

from importlib.resources import files


def sample_roster() -> str:
    """The text of a roster to start from."""
    return files("cli.new_market").joinpath("payees.yaml").read_text("utf-8")
