"""What stands in the zip for modules that are loaded, and of which no request uses anything.

boto3 looks at one class of s3transfer when it is imported: that is a whole machinery of threads and
processes for S3. botocore loads what writes its reference, to give each method a text that only
help() shows. Zappa loads asyncio for applications that are ASGI, which ours is not. Without the
first a cold start takes 1.11 times as long, without the other two together 1.11 times again.

Flask loads Jinja for templates, click for its command, itsdangerous for sessions and Werkzeug's
server, of which an API that answers in JSON has nothing; Zappa's handler loads tarfile for a slim
handler, which ours is not. A stand-in has the names that are looked at while they are imported, and
refuses to be used.
"""

import re
import shutil
from pathlib import Path

_S3TRANSFER = {
    "s3transfer/__init__.py": "",
    "s3transfer/manager.py": "class TransferConfig:\n    UNSET_DEFAULT = None\n",
}
_DOCS = {
    "botocore/docs/__init__.py": "",
    "botocore/docs/docstring.py": """\
class LazyLoadedDocstring(str):
    def __new__(cls, *args, **kwargs):
        return super().__new__(cls)
    def __init__(self, *args, **kwargs):
        pass

ClientMethodDocstring = WaiterDocstring = PaginatorDocstring = LazyLoadedDocstring
""",
}
_DOCS |= {  # of resources, which are not clients: nobody makes one
    "boto3/docs/__init__.py": "",
    "boto3/docs/docstring.py": "ActionDocstring = None\n",
}
_ASGI = {
    "zappa/asgi.py": "ASGIHandler = create_asgi_request_body = create_asgi_scope = None\n",
}
_WEB = {
    "jinja2/__init__.py": """\
class Environment:
    def __init__(self, *args, **kwargs):
        raise RuntimeError("no templates are in this zip: infra/fast_start/stand_ins.py")

class BaseLoader:
    pass

FileSystemLoader = Template = Environment

class TemplateNotFound(LookupError):
    pass
""",
    "itsdangerous/__init__.py": """\
class BadSignature(Exception):
    pass

class URLSafeTimedSerializer:
    def __init__(self, *args, **kwargs):
        raise RuntimeError("no sessions are in this zip: infra/fast_start/stand_ins.py")
""",
    "click/__init__.py": "",
    "flask/cli.py": """\
class AppGroup:
    def __init__(self, name=None, *args, **kwargs):
        self.name = name
        self.commands = {}
""",
    "werkzeug/serving.py": """\
def is_running_from_reloader():
    return False

def run_simple(*args, **kwargs):
    raise RuntimeError("no server is in this zip: infra/fast_start/stand_ins.py")
""",
    # asks which version of a library is installed by which HTTP/2 could be turned on
    "urllib3/http2/__init__.py": "",
}

_ASYNCIO = "import asyncio\n"
_TARFILE = "import tarfile\n"


def put_stand_ins(folder: Path) -> None:
    """Write them into `folder`, in the place of what Zappa packed. Raises ValueError if Zappa's
    handler is another one than is known here."""
    for package in ("jinja2", "itsdangerous", "click"):  # a stand-in is all there is of them
        shutil.rmtree(folder / package, ignore_errors=True)
    for name, source in (_S3TRANSFER | _DOCS | _ASGI | _WEB).items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source)
    handler = folder / "handler.py"
    if not handler.exists():
        return  # it is tried before it is kept: that tells what is missing
    text = handler.read_text()
    used = set(re.findall(r"\basyncio\.(\w+)", text))
    if _ASYNCIO not in text or not used <= {"iscoroutinefunction"}:
        raise ValueError(
            "Zappa's handler uses asyncio otherwise: look at infra/fast_start/stand_ins.py"
        )
    # It only asks what kind of function the application is, and inspect is loaded anyway.
    text = text.replace(_ASYNCIO, "import inspect as asyncio\n")
    handler.write_text(text.replace(_TARFILE, "tarfile = None\n"))
