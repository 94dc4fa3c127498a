"""Words by which banks say which way money went, whether it is booked, and that it went back."""

import re

from desk.statements.tables.columns import plain


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


IN = {"c", "cr", "credit", "h", "haben", "in", "bij", "deposit", "credito", "entrada", "crdt", "k"}
OUT = {"d", "dr", "debit", "s", "soll", "out", "af", "withdrawal", "debito", "saida", "dbit"}
DONE = _words("""
    completed complete booked success successful settled posted gebucht done ok paid cleared
    executed credited debited confirmed received
""")
NOT_DONE = _words("""
    pending failed failure declined cancelled canceled reverted rejected vorgemerkt
    processing expired blocked scheduled initiated
""")
_BACK = re.compile(
    r"\b(revers\w*|rvsl|rev|returned?|retd|rtnd?|refund(ed)?|charge ?backs?|bounced?|recalled|"
    r"cancel\w*|dishono\w*|rejected|"
    r"storn\w*|r(ue|u)ck(last|gabe|zahl|buch|uberw|ueberw|lauf|ruf|erstatt)\w*|erstatt\w*|"
    r"rembours\w*|annul\w*|anul\w*|rejets?|retours?|retoure[n]?|impaye|reembolso|devol\w*|devuel\w*|"
    r"retrocesion|estorn\w*|rimbors\w*|respint\w*|insoluto|terugboek\w*|terugbet\w*|"
    r"pengembalian|dikembalikan|dibatalkan|zwrot|aterbetal\w*|tilbagef\w*)\b"
    # A payer's own words are of unpaid dues; a bank's, of a cheque, a reason or a number
    r"|\b(chq|cheque|check|dd|ecs|nach|debit|item) unpaid\b"
    r"|\bunpaid(?=$| (chq|cheque|check|dd|ecs|nach|debit|item|charge|insufficient|funds|refer)\b"
    r"| [a-z]*[0-9])"
)


def says_taken_back(text: str) -> bool:
    """Whether words of a booking say that money went back."""
    return bool(_BACK.search(plain(text)))
