"""Lambdas behind a gateway on this machine: what an HTTP API and Lambda's dispatcher do."""

import base64
import queue
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from testkit.lambda_events import http_api_v2
from testkit.runtime_api import Lambda, running_lambda

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class LambdaGateway:
    """Hands each request to an idle Lambda, as an event; waits while none is idle."""

    def __init__(self, lambdas: Iterable[Lambda]) -> None:
        self._idle: queue.LifoQueue[Lambda] = queue.LifoQueue()
        for one in lambdas:
            self._idle.put(one)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        request = Request(environ)
        body = request.get_data(as_text=True) or None
        event = http_api_v2(request.method, request.path, body, dict(request.headers))
        one = self._idle.get()
        try:
            answer = one.invoke(event)
        finally:
            self._idle.put(one)
        text = answer.get("body", "")
        content = base64.b64decode(text) if answer.get("isBase64Encoded") else text
        response = Response(content, answer["statusCode"], answer.get("headers"))
        return response(environ, start_response)


@contextmanager
def running_lambdas(
    archive: Path, environment: Mapping[str, str], count: int
) -> Iterator[list[Lambda]]:
    """Started one after the other; each has imported everything."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                running_lambda(
                    archive, {"INSTANTIATE_LAMBDA_HANDLER_ON_IMPORT": "true", **environment}
                )
            )
            for _ in range(count)
        ]
