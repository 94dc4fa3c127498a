"""Whether a request came through the site's CDN, which makes itself known by a key."""

from collections.abc import Collection
from hashlib import sha256

from flask import Flask, Response, g, request

from backend.problems import NOT_FOUND

KEY_HEADER = "X-Origin-Key"
PAST_THE_CDN = "past-the-cdn"


def close_origin(app: Flask, hashes: Collection[str]) -> None:
    """Have `app` answer, but for its health, only to who sends a key of which the SHA-256 is among
    `hashes`, in hexadecimal. To others there is nothing at any address; the log says why.

    That is no refusal which a page believes: payers' phones keep trying until the CDN is right.
    """

    @app.before_request
    def refuse_others() -> Response | None:
        key = request.headers.get(KEY_HEADER, "")
        if request.endpoint == "api.healthz" or sha256(key.encode()).hexdigest() in hashes:
            return None
        g.outcome = PAST_THE_CDN
        return NOT_FOUND.response()
