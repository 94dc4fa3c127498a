"""A card that opens a payee's till, to print and hand over. It holds a key, so it is no page of the
site: nothing publishes it."""

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from roster.model import Site
from sitegen.catalogs import direction, names_in, page_texts
from sitegen.page import TEMPLATES
from sitegen.qr import qr_svg

_TEMPLATE = "till_card.html"


def till_card(site: Site, name: str, *, number: int, label: str, link: str) -> str:
    """The card of key `number` of the payee called `name`, in the site's own language."""
    language = site.languages[0]
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    used = names_in((TEMPLATES / _TEMPLATE).read_text("utf-8"))
    return environment.get_template(_TEMPLATE).render(
        site=site,
        name=name,
        number=number,
        label=label,
        language=language,
        direction=direction(language),
        t=page_texts(language, {"card"}, used),
        qr=qr_svg(link, "QR"),
    )
