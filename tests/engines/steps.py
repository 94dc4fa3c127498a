"""What a payer does, in any engine."""

from testkit.phone import Phone


def try_now(phone: Phone) -> None:
    """Press "Try now". Beside it the page asks again by itself, so it may just have gone."""
    phone.evaluate("() => document.querySelector('#try-now').click()")
