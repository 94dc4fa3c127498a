"""Bytecode that is valid whatever its source's date (PEP 552, unchecked).

Zappa dates all sources 1980, so the bytecode that it packs is never valid, and a Lambda, which can
keep none, compiles everything again at each cold start, which then takes 3.6 times as long.
"""

import py_compile
from collections.abc import Container
from pathlib import Path, PurePosixPath

TASK_ROOT = PurePosixPath("/var/task")  # where Lambda unpacks: bytecode names its sources by it


def compile_undated(folder: Path, keep_sources: Container[str]) -> None:
    """Compile all that is below `folder`. Sources go, which are half of the zip, but for those of
    the top-level names `keep_sources`."""
    for source in sorted(folder.rglob("*.py")):
        name = source.relative_to(folder)
        is_kept = name.parts[0] in keep_sources
        py_compile.compile(
            str(source),
            None if is_kept else str(source.with_suffix(".pyc")),
            dfile=str(TASK_ROOT / name),
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
        if not is_kept:
            source.unlink()
