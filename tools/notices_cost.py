"""What telling costs: the zip of the notices' Lambda weighed, run by AWS's own runtime client and
timed, and a million notices priced by that.

It reads emulated tables and secrets and tells a receiver that answers at once, all on this machine:
what AWS's own answers take longer, about as long as an emulator's, is in there.

Usage: python -m tools.notices_cost
"""

import json
import statistics
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3

from backend.dynamo_ledger import DynamoLedger
from backend.dynamo_registry import DynamoRegistry
from backend.table import table_definition
from cli.local.emulator import CREDENTIALS, running_emulator
from cli.local.serving import free_port
from infra.notices.packing import make_notices_zip
from infra.trial import LAMBDA_PYTHON
from notices.notice import Notice, notice_to_message
from notices.signing import write_secret
from payments.addressee import OF_A_PAYMENT, Addressee, NoticeKind
from testkit.factories import make_payee, make_payment, make_payment_id
from testkit.runtime_api import Lambda, running_folder
from tools.figures import table
from tools.pricing import a_month, load_prices

MEMORY_MB = 512
_STARTS = 5
_WARM = 40
_AT_ONCE = 10
_MILLION = 1_000_000
_TABLES = {"LEDGER_TABLE": "ledger", "REGISTRY_TABLE": "registry", "NOTICES_TABLE": "notices"}


@dataclass(frozen=True, slots=True)
class Receiver:
    """How long one takes to answer, and how many notices a Lambda is handed at once for it.
    `is_webhook` if it knows a notice by its id, so that nothing is remembered."""

    name: str
    seconds: float
    at_once: int
    is_webhook: bool = True


RECEIVERS = (
    Receiver("answers in 0.1 s, ten at once", 0.1, 10),
    Receiver("answers in 0.3 s, one by one", 0.3, 1),
    Receiver("answers in 2 s, one by one", 2.0, 1),
    Receiver("is a push service, 0.3 s, one by one", 0.3, 1, is_webhook=False),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds: until a new Lambda waits for its first call, that first call, and a later call for
    one notice and for ten of as many payees, each with a receiver that answers at once."""

    start: float
    first: float
    one: float
    ten: float


def usage(receiver: Receiver, measured: Measured) -> dict[str, float]:
    """What a million notices take. The call with the stream's rows, which reads less, is counted as
    long as that with the queue's messages. SQS charges to send, to hand out and to delete."""
    calls = _MILLION / receiver.at_once
    own = measured.one if receiver.at_once == 1 else measured.ten
    remembered = 0 if receiver.is_webhook else _MILLION
    return {
        "lambda_invocation": 2 * calls,  # one with the stream's rows, one with the queue's messages
        "lambda_gb_second_arm": calls * (receiver.seconds + 2 * own) * MEMORY_MB / 1024,
        "sqs_fifo_request": 3 * calls,
        "dynamodb_read_unit": 2 * _MILLION + remembered,
        "dynamodb_write_unit": remembered,
    }


def measure(archive: Path, folder: Path) -> Measured:
    """On emulated AWS, by AWS's own runtime client."""
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder / "task")
    starts, firsts = list[float](), list[float]()
    with running_emulator(folder / "aws", free_port()) as url, _receiver() as receiver:
        notices = _world(url, receiver)
        environment = {
            **_TABLES,
            "QUEUE_URL": "q",
            "SECRETS_PATH": "/n",
            "PRIVATE_HOSTS": "127.0.0.1",
            "AWS_ENDPOINT_URL": url,
        }
        for _ in range(_STARTS):
            with running_folder(
                folder / "task", environment, "notices.entry.handle", seconds=60
            ) as running:
                starts.append(running.init_seconds)
                firsts.append(_seconds(running, notices[:1]))
                if len(starts) == _STARTS:
                    ones = [_seconds(running, notices[:1]) for _ in range(_WARM)]
                    tens = [_seconds(running, notices) for _ in range(_WARM)]
    return Measured(*map(statistics.median, (starts, firsts, ones, tens)))


@contextmanager
def _receiver() -> Iterator[str]:
    """One that answers at once."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def _world(url: str, receiver: str) -> list[Notice]:
    """Tables with a payment each of ten payees, and what is to be told of them."""

    def client(name: str) -> Any:
        return boto3.client(  # type: ignore[call-overload]
            name,
            endpoint_url=url,
            region_name=CREDENTIALS["AWS_DEFAULT_REGION"],
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )

    dynamodb = client("dynamodb")
    for name in _TABLES.values():
        dynamodb.create_table(**table_definition(name))
    secret = write_secret(b"s" * 32)
    client("ssm").put_parameter(Name="/n/shop", Value=secret, Type="SecureString")
    told = Addressee(receiver, OF_A_PAYMENT, "shop")
    notices = []
    for number in range(_AT_ONCE):
        payee = replace(make_payee(f"stall-{number}"), notify=(told,))
        DynamoRegistry(dynamodb, "registry").register(payee)
        payment = make_payment(make_payment_id(random=number), payee.payee_id)
        DynamoLedger(dynamodb, "ledger").record(payment)
        subject = payment.payment_id.text
        notices.append(Notice(NoticeKind.RECORDED, payee.payee_id, receiver, subject))
    return notices


def _seconds(running: Lambda, notices: list[Notice]) -> float:
    """For a call with these notices, all of which have to be taken."""
    sent_at = str(int(datetime.now(UTC).timestamp() * 1000))
    records = [
        {
            "eventSource": "aws:sqs",
            "messageId": str(number),
            "receiptHandle": "r",
            "body": notice_to_message(one),
            "attributes": {"SentTimestamp": sent_at, "ApproximateReceiveCount": "1"},
        }
        for number, one in enumerate(notices)
    ]
    began = time.perf_counter()
    answer = running.invoke({"Records": records})
    seconds = time.perf_counter() - began
    if answer != {"batchItemFailures": []}:
        raise SystemExit(f"not told: {json.dumps(answer)}\n{running.output()}")
    return seconds


def main() -> None:
    with TemporaryDirectory() as folder:
        archive = Path(folder, "notices.zip")
        make_notices_zip(archive, LAMBDA_PYTHON)
        size, measured = archive.stat().st_size / 1e6, measure(archive, Path(folder))
    print(
        f"The notices' zip has {size:.1f} MB; here it starts in {measured.start:.2f} s and tells "
        f"its first notice in {measured.first:.2f} s more. A later one takes "
        f"{measured.one * 1000:.0f} ms beside the receiver's time, ten of ten payees "
        f"{measured.ten * 1000:.0f} ms."
    )
    rows = [["a receiver that", "$ per million notices"]]
    prices = load_prices()
    rows += [[one.name, f"{a_month(usage(one, measured), prices):.2f}"] for one in RECEIVERS]
    print(table(rows))


if __name__ == "__main__":
    main()
