"""The whole way: from the picture of a QR code on a sticker to the row in DynamoDB."""

import io
import re

import boto3
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from backend.dynamo_ledger import DynamoLedger
from payments.money import Money
from testkit.demo_process import Demo
from testkit.factories import payments_in

pytestmark = [pytest.mark.browser, pytest.mark.emulator]


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_a_scanned_code_leads_to_a_payment_in_the_table(
    demo: Demo, page: Page, color_scheme: str
) -> None:
    page.emulate_media(color_scheme=color_scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": 1280, "height": 800})  # phones show no code: they scan it
    page.goto(f"{demo.url}mahantesh/")
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot(full_page=True))))
    assert code.text == f"{demo.url}mahantesh/"

    page.goto("about:blank")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(code.text)
    page.get_by_label("Amount", exact=True).fill("50")
    page.get_by_label("Your name").fill("Asha 👩‍🌾")
    page.get_by_label("What for").fill("2 kg tomatoes")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Write it down").click()

    expect(page.get_by_role("heading", name="Written down")).to_be_visible()
    receipt = page.locator("#receipt")
    expect(receipt).to_contain_text("₹50")
    shown = receipt.locator("#reference").inner_text()
    reference = re.sub(r"\s", "", shown)
    client = boto3.client("dynamodb", endpoint_url=demo.endpoint_url)
    rows = payments_in(DynamoLedger(client, "payee-pages-demo-ledger"), "mahantesh")
    [payment] = [row for row in rows if row.payment_id.reference == reference]
    assert (payment.payer_id, payment.money, payment.reason) == (
        "Asha 👩‍🌾",
        Money(5000, "INR"),
        "2 kg tomatoes",
    )
    client.close()
