"""What the pages' words may not say, and how long they may be, in every language.

A payer's word is written down, and money that was seen is confirmed. A text that mixes the two
costs somebody money, so each language's words for receipts, refunds and money that came are listed
here, as its speakers meet them in shops and in payment apps.
"""

import re
import unicodedata
from collections.abc import Iterator

import pytest

from roster.keys import LANGUAGES
from sitegen.catalogs import CATALOGS, parse_catalog

MISLEADING = {
    # a receipt or a proof; money that was given back; to write down as a debt; fees and taxes
    "en": r"receipt|\bproof\b|success|refund|\breverse|\brecorded\b|\breceived\b|\barrived\b",
    "hi": "रसीद|प्राप्त|रद्द|वापस|गल्ला|दर्ज (करें|हुआ)|लिख लो",
    "mr": "पावती|प्राप्त|मिळाले|रद्द|परत मिळ|लिहून ठेवा",
    "kn": "ರಸೀದಿ|ಚೀಟಿ|ರದ್ದು|ಪುರಾವೆ|ದಾಖಲಾ|ಬರೆದುಕೊಳ್ಳಿ|ನಕಲಿಸಿ|ಉಲ್ಲೇಖ",
    "ta": "ரசீது|சீட்டு|கட்டணம்|பெறப்பட்ட|ரத்து|எழுதிக்கோ",
    "te": "రసీదు|చీటీ|మొత్తం|రద్దు|రాసుకోండి",
    "bn": "রসিদ|পাওয়া গেছে|বাতিল|লিখে রাখুন|নগদ(?! টাকা)",  # নগদ alone is a wallet
    "es": r"recibo|comprobante|anulad|reembols|registrad|\bapunt(ar|e\b)|\banot|detenido|\bcaja\b",
    "fr": r"\breçus?\b|annul|rembours|enregistré|\b(une|la|votre) note\b|\bcaisse\b",
    "de": r"Beleg|Quittung|[Ss]torn|[Ee]rfass|erstatt|[Kk]asse\b|anschreib|freiwillig",
    "pt-BR": r"recibo|comprovante|cobrança|estorn|reembols|registrad|\banot|\bnotas?\b",
    "pt-PT": r"recibo|fatura|referência|\banul|comprovativo|registad|\bvocê\b|celular|\btela\b",
    "id": r"konfirmasi|\bbukti|struk|kuitansi|kode unik|\b[Cc]atat\b",
    "sw": r"[Ii]methibitishwa|\bkodi\b|risiti|stakabadhi",
    "ar": "إيصال|كاش|ألغ|إلغاء|استرد|المرجع|دليل|سُجِّلت الدفعة",
}

SAID = """
    payee.recorded payee.review payee.sending payee.unanswered payee.last_sending
    till.said till.says till.says_paid till.says_paid_late till.said_it
    till.payer_says till.sound_said
    till.spoken_said till.spoken_late till.spoken_many
"""
"""Contexts of texts that tell of a payer's word only."""

# Buttons that stand beside another one have room for 18 characters at 320 px, those alone for 30.
BESIDE = """
    payee.copy payee.copied payee.paste payee.not_yet payee.forget_it payee.keep_it payee.back
    payee.try_now payee.stop payee.keep_trying payee.share payee.print payee.show payee.pay_now
    payee.yes payee.no payee.save_image payee.take_over payee.search
    till.today till.yesterday till.week till.search till.got till.not_come till.undo till.ask
    till.cancel till.got_in_cash till.try_now till.save till.remove till.add till.delete
    till.show_qr_short rails.rail_cash
"""
ALONE = """
    payee.continue payee.record payee.i_paid payee.yes_paid payee.change payee.change_fields
    payee.show_qr payee.another_way payee.keep payee.another payee.same_show payee.same_second
    payee.kept payee.forget rails.upi_open rails.link_open till.show_qr
    till.got_cash till.say_not_come till.why_bank till.why_amount till.why_stranger till.why_else
    till.sound_start till.install till.awake till.forget till.sounds till.back_today missing.list
"""


def texts(language: str) -> dict[str, list[str]]:
    """Each translated context's forms."""
    english = parse_catalog((CATALOGS / "en.po").read_bytes(), "en")
    content = (CATALOGS / f"{language}.po").read_bytes()
    catalog = english if language == "en" else parse_catalog(content, language, english)
    return {
        ".".join(key): [text] if isinstance(text, str) else list(text.values())
        for key, text in catalog.items()
        if language == "en" or text != english[key]
    }


def lines(language: str) -> Iterator[tuple[str, str]]:
    for context, forms in texts(language).items():
        for form in forms:
            yield context, form


def length(text: str) -> int:
    """Characters as a reader counts them, with an amount of middling size."""
    shown = text.replace("{amount}", "₹10,000")
    return sum(unicodedata.category(one) not in {"Mn", "Mc", "Me", "Cf"} for one in shown)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_no_text_uses_a_word_that_misleads(language: str) -> None:
    misleading = re.compile(MISLEADING[language])
    assert [line for line in lines(language) if misleading.search(line[1])] == []


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_what_is_only_said_never_sounds_confirmed(language: str) -> None:
    known = texts(language)
    confirmed, has_come = known["payee.confirmed"][0], known["till.got"][0]
    for context in SAID.split():
        for form in known[context]:
            assert confirmed.casefold() not in form.casefold(), context
            assert has_come.casefold() not in form.casefold(), context


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize(("contexts", "most"), [(BESIDE, 18), (ALONE, 30)])
def test_buttons_are_short(language: str, contexts: str, most: int) -> None:
    known = texts(language)
    assert {
        context: form
        for context in contexts.split()
        for form in known.get(context, [])
        if length(form) > most
    } == {}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_nobodys_name_gets_an_ending_or_a_prefix(language: str) -> None:
    """It may be a shop, a school or a temple, in any script."""
    name = r"\u2068?\{(?:payee|payer|site|by|holder|user)\}\u2069?"
    glued = re.compile(
        rf"[\w\u0900-\u0963\u0966-\u0dff-]{name}|{name}[\w\u0900-\u0963\u0966-\u0dff-]"
    )
    assert [line for line in lines(language) if glued.search(line[1])] == []


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_spaces_and_marks_are_where_they_belong(language: str) -> None:
    wrong = re.compile(
        r"""^\s|\s$|\s\s|["'`]|\.\.\.|[ ][,.;!?،؛؟।]|«[ ]|[ ]»"""
        + (r"|[^\s\u00a0][;:!?»](?!\w)|(?<=\S)[ ][:;!?»]" if language == "fr" else "|[ ]:")
    )
    assert [line for line in lines(language) if wrong.search(line[1])] == []


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_digits_are_those_of_notes_and_price_tags(language: str) -> None:
    """Numbers in texts are Latin ones; those that the page fills in are written by the browser."""
    assert [line for line in lines(language) if re.search(r"(?![0-9])\d", line[1])] == []
