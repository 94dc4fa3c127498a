"""The body of the request at hand."""

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from backend.json_reading import parse_json_object

MAX_BODY_BYTES = 4096
# A chunked body is cut off at the server's limit without a word: one byte more is let in and seen.
CONTENT_LENGTH_LIMIT = MAX_BODY_BYTES + 1


def load_json_object() -> dict[str, object]:
    """Raises MalformedJson, UnsupportedMediaType or RequestEntityTooLarge."""
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if (
        request.mimetype != "application/json"
        or charset not in ("utf-8", "utf8")
        or request.content_encoding
    ):
        raise UnsupportedMediaType
    body = request.get_data()
    if len(body) > MAX_BODY_BYTES:
        raise RequestEntityTooLarge
    return parse_json_object(body)
