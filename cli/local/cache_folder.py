"""Where things are kept that can be had again."""

import os
from pathlib import Path

from cli.failure import Failure


def cache_dir() -> Path:
    """This program's part of what the user can delete at any time. Raises Failure.

    As the XDG base directory specification has it, also on macOS.
    """
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    try:
        return (base if base.is_absolute() else Path.home() / ".cache") / "payee-pages"
    except RuntimeError as error:
        raise Failure("This user has no home folder: name a folder in XDG_CACHE_HOME.") from error
