"""A command's options as Tab needs them, kept in the user's cache folder.

To know its options a command is loaded, and with it all that it works with: half a second of AWS's
library and of the site's templates, at each press of Tab. So they are kept, by every module that
was loaded for them: where one of these was changed, they are asked of the command anew.
"""

import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from cli.arguments import complete_payee
from cli.failure import Failure
from cli.local.cache_folder import cache_dir


def kept_command(name: str, load: Callable[[], click.Command]) -> click.Command:
    """What completes as the command `name` does, and can do nothing else."""
    try:
        file = cache_dir() / "options" / f"{name}.json"
    except Failure:
        return load()
    if (told := _load(file)) is None:
        told = [_told(param) for param in load().params]
        _save(file, told)
    return click.Command(name, params=[_param(one) for one in told])


def _told(param: click.Parameter) -> dict[str, Any]:
    kind = param.type
    told: dict[str, Any] = {
        "name": param.name,
        "words": [*param.opts, *param.secondary_opts],
        "argument": isinstance(param, click.Argument),
        "nargs": param.nargs,
        "multiple": param.multiple,
        "payee": param._custom_shell_complete is complete_payee,  # noqa: SLF001 (told nowhere else)
        "choices": list(kind.choices) if isinstance(kind, click.Choice) else None,
        "path": [kind.file_okay, kind.dir_okay] if isinstance(kind, click.Path) else None,
    }
    if isinstance(param, click.Option):
        flags = {"is_flag": param.is_flag, "count": param.count, "hidden": param.hidden}
        told |= {"help": param.help, **flags}
    return told


def _param(told: dict[str, Any]) -> click.Parameter:
    kind: click.ParamType[Any] | None = None
    if told["choices"] is not None:
        kind = click.Choice(told["choices"])
    elif told["path"]:
        files, folders = told["path"]
        kind = click.Path(path_type=Path, file_okay=files, dir_okay=folders)
    completing = complete_payee if told["payee"] else None
    if told["argument"]:
        return click.Argument(
            [told["name"]], type=kind, nargs=told["nargs"], shell_complete=completing
        )
    is_flag = told["is_flag"]
    return click.Option(
        [told["name"], *told["words"]],
        type=None if is_flag else kind,
        is_flag=is_flag,
        flag_value=True if is_flag else None,
        count=told["count"],
        nargs=told["nargs"],
        multiple=told["multiple"],
        hidden=told["hidden"],
        help=told["help"],
        shell_complete=completing,
    )


def _load(file: Path) -> list[dict[str, Any]] | None:
    try:
        kept = json.loads(file.read_bytes())
        modules: dict[str, list[int]] = kept["modules"]
        if kept["python"] == sys.version and all(_state(one) == modules[one] for one in modules):
            return kept["options"]  # type: ignore[no-any-return]
    except (OSError, ValueError, LookupError, TypeError):
        pass
    return None


def _save(file: Path, told: list[dict[str, Any]]) -> None:
    """Without a place to keep them, they are asked for anew."""
    new = file.with_name(f"{file.name}.{os.getpid()}")
    with suppress(OSError):
        sources = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
        modules = {one: _state(one) for one in sources if one and one.endswith(".py")}
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new.write_text(json.dumps({"python": sys.version, "modules": modules, "options": told}))
        new.replace(file)


def _state(path: str) -> list[int]:
    found = os.stat(path)  # noqa: PTH116 (of some hundred modules, with Tab waiting)
    return [found.st_size, found.st_mtime_ns]
