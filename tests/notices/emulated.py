"""The whole way on emulated AWS: both stacks, the Lambda's real zip, receivers here."""

import json
import socketserver
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3

from backend.dynamo_ledger import DynamoLedger
from backend.dynamo_registry import DynamoRegistry
from notices.signing import write_secret
from tests.infra.conftest import bring_up, stack_name
from tests.infra.templates import NOTICES, STACK

MAIL_FROM = "pay@example.org"
SECRET = write_secret(b"s" * 32)


@dataclass
class Told:
    """One request of a webhook, and what it was answered."""

    headers: dict[str, str]
    body: bytes
    status: int

    @property
    def notice_id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Receivers:
    """What came to each path, in order. `fate` says how one is answered, and may wait or kill."""

    port: int
    told: dict[str, list[Told]] = field(default_factory=lambda: defaultdict(list))
    fate: Callable[[str, int], int] = lambda _path, _count: 200

    def url(self, name: str) -> str:
        return f"http://localhost:{self.port}/{name}"


@contextmanager
def receivers() -> Iterator[Receivers]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            name = self.path.strip("/")
            status = found.fate(name, len(found.told[name]))
            found.told[name].append(
                Told({k.lower(): v for k, v in self.headers.items()}, body, status)
            )
            try:
                self.send_response(status)
                self.end_headers()
            except OSError:
                pass  # it did not wait

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found = Receivers(server.server_port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()


class _Smtp(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a relay says."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = list(iter(self.rfile.readline, b".\r\n"))
                self.server.mails.append(b"".join(lines))  # type: ignore[attr-defined]
            if verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"250 so be it\r\n")


@contextmanager
def mail_relay() -> Iterator[tuple[str, list[bytes]]]:
    """Where mail is relayed to, and what came."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Smtp) as server:
        server.daemon_threads = True
        server.mails = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}", server.mails  # type: ignore[attr-defined]
        server.shutdown()


class World:
    """A stage whose notices are on."""

    def __init__(self, endpoint_url: str, stage: str, archive: Path, **parameters: str) -> None:
        def client(name: str) -> Any:
            return boto3.client(name, endpoint_url=endpoint_url)  # type: ignore[call-overload]

        self.name = f"payee-pages-{stage}"
        self.client = client
        stacks = client("cloudformation")
        names: dict[str, str] = {"Project": "payee-pages", "Stage": stage, "Emulated": "true"}
        infra = bring_up(
            stacks, stack_name(stage), STACK.read_text(), **(names | {"Notices": "on"})
        )
        bucket = f"{self.name}-deploy"
        client("ses").verify_email_identity(EmailAddress=MAIL_FROM)
        client("s3").create_bucket(Bucket=bucket)
        client("s3").put_object(Bucket=bucket, Key="notices.zip", Body=archive.read_bytes())
        settings = {
            **names,
            "CodeBucket": bucket,
            "CodeKey": "notices.zip",
            "LedgerStream": infra["LedgerStream"],
            "Seconds": "20",
            "MailFrom": MAIL_FROM,
            **parameters,
        }
        self.outputs = bring_up(stacks, f"{self.name}-notices", NOTICES.read_text(), **settings)
        self.ledger = DynamoLedger(client("dynamodb"), f"{self.name}-ledger")
        self.registry = DynamoRegistry(client("dynamodb"), f"{self.name}-registry")

    def keep_secret(self, name: str, value: str = SECRET) -> None:
        path = f"/{self.name}/notices/{name}"
        self.client("ssm").put_parameter(Name=path, Value=value, Type="SecureString")

    def ask(self, question: Mapping[str, object]) -> dict[str, Any]:
        answer = self.client("lambda").invoke(
            FunctionName=f"{self.name}-notices", Payload=json.dumps(question).encode()
        )
        said: dict[str, Any] = json.loads(answer["Payload"].read())
        assert not answer.get("FunctionError"), said
        return said


def wait_until(missing: Callable[[], object], seconds: float) -> None:
    """Until nothing is missing any more."""
    deadline = time.monotonic() + seconds
    while found := missing():
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
