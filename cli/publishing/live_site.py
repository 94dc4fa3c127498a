"""A site as payers get it, fetched page by page."""

from dataclasses import dataclass

import urllib3

from roster.reading import quote

THREADS = 16
_MOST_BYTES = 2_000_000  # a page of ours has a hundredth
_PATIENCE = urllib3.Timeout(connect=5, read=15)
_RETRIES = urllib3.Retry(
    3, redirect=False, status_forcelist=(429, 502, 503, 504), backoff_factor=0.3,
    raise_on_status=False,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What came for a page; `trouble` is why it is no page, or empty."""

    status: int = 0
    body: bytes = b""
    trouble: str = ""


class LiveSite:
    """What is at `url` and below. May be asked by several threads at once."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool = urllib3.PoolManager(
            maxsize=THREADS,
            timeout=_PATIENCE,
            retries=_RETRIES,
            headers={"User-Agent": "Mozilla/5.0 (payees verify-site)", "Accept": "text/html"},
        )

    def get(self, path: str) -> Answer:
        """Follows no redirection: what a code leads to is a page, and no way to another."""
        try:
            with self._pool.request(
                "GET", self._url + path, redirect=False, preload_content=False
            ) as answer:
                body = answer.read(_MOST_BYTES, decode_content=True)
        except urllib3.exceptions.HTTPError as error:
            return Answer(trouble=f"cannot be reached: {_brief(error)}")
        if to := answer.get_redirect_location():
            return Answer(answer.status, trouble=f"leads away, to {quote(str(to), 200)}")
        kind = answer.headers.get("Content-Type", "")
        if answer.status == 200 and not kind.startswith(("text/", "application/")):
            return Answer(answer.status, trouble=f"is no page, but {quote(kind)}")
        return Answer(answer.status, body)


def _brief(error: Exception) -> str:
    """The cause of the causes, which says most in the fewest words."""
    while (cause := getattr(error, "reason", None)) and isinstance(cause, Exception):
        error = cause
    return str(error).rpartition(": ")[2] or type(error).__name__
