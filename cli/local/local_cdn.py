"""One origin for pages and API, as the CDN makes it in production: `/api/*` is the API, every
other path an object of the bucket."""

from typing import TYPE_CHECKING
from urllib.parse import quote

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from publishing.object_store import ObjectStore, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

API_PATH = "/api"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "frame-ancestors 'none'",
}


def one_origin(site: "WSGIApplication", api: "WSGIApplication") -> "WSGIApplication":
    """`api`, which serves below API_PATH itself, and `site` for every other path."""

    def cdn(environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        path = environ.get("PATH_INFO", "")
        is_api = path == API_PATH or path.startswith(f"{API_PATH}/")
        return (api if is_api else site)(environ, start_response)

    return cdn


def bucket_site(store: ObjectStore) -> "WSGIApplication":
    """The bucket's objects as web pages."""

    def site(environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        try:
            response = _page(store, Request(environ))
        except StoreUnavailable:
            response = Response("The bucket does not answer: is the emulator still running?\n", 503)
        return response(environ, start_response)

    return site


def _page(store: ObjectStore, request: Request) -> Response:
    if request.method not in ("GET", "HEAD"):  # as CloudFront: 403, and no word of what it allows
        return Response("Pages are only read: GET or HEAD them.\n", 403)
    key = request.path.lstrip("/")
    name = key.rpartition("/")[2]
    if name and "." not in name:
        query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
        return redirect(f"/{quote(key)}/{query}", 301)
    hidden = key.startswith(".")
    found = None if hidden else store.get(key if name else f"{key}index.html")
    status = 200 if found else 404
    found = found or store.get("404.html")
    if found is None:
        return Response("Nothing is published here yet.\n", 404)
    item, tag = found
    response = Response(item.body, status, _HEADERS, content_type=item.content_type)
    response.headers["Cache-Control"] = item.cache_control
    if status == 200:
        response.set_etag(tag.strip('"'))
        response.make_conditional(request)
    return response
