"""What the CDN does in production: the bucket's objects as pages, beside the API."""

from urllib.parse import unquote_to_bytes

import pytest
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from cli.local.local_cdn import bucket_site, one_origin
from publishing.manifest import MANIFEST_KEY
from publishing.object_store import MemoryStore, StoredObject

API = Response("the API")


@pytest.fixture
def browser() -> Client:
    store = MemoryStore()
    for key in ("index.html", "a/index.html", "404.html"):
        store.put(key, StoredObject(key.encode(), "text/html; charset=utf-8", "max-age=60"))
    store.put(MANIFEST_KEY, StoredObject(b"{}", "application/json", "no-store"))
    return Client(one_origin(bucket_site(store), API))


def visit(browser: Client, address: str) -> TestResponse:
    """Ask for an address as it is, where the test client would tidy it up."""
    path, _, query = address.partition("?")
    path_info = unquote_to_bytes(path).decode("latin-1")
    return browser.get("/", environ_overrides={"PATH_INFO": path_info, "QUERY_STRING": query})


@pytest.mark.parametrize(
    ("path", "key"),
    [("/", "index.html"), ("/?user=1", "index.html"), ("/a/", "a/index.html")],
)
def test_a_folder_shows_its_page(browser: Client, path: str, key: str) -> None:
    response = browser.get(path)
    assert (response.status_code, response.text) == (200, key)
    assert response.content_type == "text/html; charset=utf-8"
    assert response.headers["Cache-Control"] == "max-age=60"


def test_pages_are_neither_sniffed_nor_framed(browser: Client) -> None:
    for path in ("/", "/nobody/"):
        headers = browser.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "frame-ancestors 'none'"


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/a", "/a/"),
        ("/a?user=1&x=%C3%BC", "/a/?user=1&x=%C3%BC"),
        ("/nobody", "/nobody/"),
        ("//evil", "/evil/"),
        ("/%5Cevil", "/%5Cevil/"),
        ("/%0D%0ASet-Cookie:x", "/%0D%0ASet-Cookie%3Ax/"),
    ],
)
def test_a_forgotten_slash_is_added_and_never_leads_elsewhere(
    browser: Client, path: str, location: str
) -> None:
    response = visit(browser, path)
    assert (response.status_code, response.headers["Location"]) == (301, location)
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    "path",
    [
        "/nobody/",
        "//evil.com",
        "/evil.com",
        "/%ff/",
        f"/{MANIFEST_KEY}",
        f"//{MANIFEST_KEY}",
        f"/%2Epayee-pages/{MANIFEST_KEY.rpartition('/')[2]}",
        f"/a/../{MANIFEST_KEY}",
    ],
)
def test_what_is_no_page_gets_the_friendly_one(browser: Client, path: str) -> None:
    response = visit(browser, path)
    assert (response.status_code, response.text) == (404, "404.html")
    assert "ETag" not in response.headers


def test_a_known_version_is_not_sent_again(browser: Client) -> None:
    tag = browser.get("/a/").headers["ETag"]
    again = browser.get("/a/", headers={"If-None-Match": tag})
    assert (again.status_code, again.text, again.headers["ETag"]) == (304, "", tag)
    assert browser.get("/", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(("path", "status"), [("/a/", 200), ("/nobody/", 404), ("/a", 301)])
def test_head_is_get_without_the_body(browser: Client, path: str, status: int) -> None:
    head, get = browser.head(path), browser.get(path)
    assert (head.status_code, head.text) == (status, "")
    assert dict(head.headers) == dict(get.headers)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_pages_are_only_read(browser: Client, method: str) -> None:
    response = browser.open("/a/", method=method)
    assert (response.status_code, "Allow" in response.headers) == (403, False)


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/payees/a/payments/x"])
def test_everything_below_api_is_the_apis(browser: Client, path: str) -> None:
    for method in ("GET", "PUT", "OPTIONS", "PATCH", "DELETE", "POST"):
        assert browser.open(path, method=method).text == "the API"


def test_a_payee_whose_id_starts_like_the_api_has_its_page(browser: Client) -> None:
    assert browser.get("/api-users/").status_code == 404
    assert browser.get("/apiary").status_code == 301


def test_before_anything_is_published_the_site_says_so() -> None:
    response = Client(bucket_site(MemoryStore())).get("/")
    assert (response.status_code, response.text) == (404, "Nothing is published here yet.\n")
