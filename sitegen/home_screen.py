"""What makes a page an app on a phone's home screen: a manifest and icons, files of the site's own.

https://www.w3.org/TR/appmanifest/
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from roster.model import Site
from sitegen.assets import Asset, make_asset
from sitegen.catalogs import Text
from sitegen.page import TEMPLATES

_SIZES = (180, 192, 512)  # the first is the size that iPhones take
_PAPER = "#f3efe4"


@dataclass(frozen=True, slots=True)
class HomeScreenApp:
    manifest: Asset
    icons: tuple[Asset, ...]

    @property
    def files(self) -> tuple[Asset, ...]:
        return (self.manifest, *self.icons)


def home_screen_app(site: Site, texts: Mapping[str, Text]) -> HomeScreenApp:
    """The till of `site` as an app. Its address has no key: that is kept by the phone."""
    home = urlsplit(site.url).path
    icons = {
        size: make_asset(f"till-{size}", "png", (TEMPLATES / f"till-{size}.png").read_bytes())
        for size in _SIZES
    }
    document = {
        "id": f"{home}till/",
        "name": f"{texts['title']} · {site.title}",
        "short_name": texts["title"],
        "lang": site.languages[0],
        "start_url": f"{home}till/",
        "scope": f"{home}till/",
        "display": "standalone",
        "background_color": _PAPER,
        "theme_color": _PAPER,
        "icons": [
            {
                "src": f"{home}{icon.file}",
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size, icon in icons.items()
            for purpose in ("any", "maskable")
        ],
    }
    manifest = make_asset("till", "webmanifest", json.dumps(document, ensure_ascii=False))
    return HomeScreenApp(manifest, tuple(icons.values()))
