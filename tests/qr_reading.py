"""QR codes as a phone's camera reads them."""

import zxingcpp

_PIXELS = 4  # per module


def read_qr(rows: list[list[bool]]) -> zxingcpp.Barcode:
    """The one code in a picture of `rows`, where True is dark and nothing is added around."""
    picture = b"".join(
        bytes([0 if dark else 255 for dark in row for _ in range(_PIXELS)]) * _PIXELS
        for row in rows
    )
    shape = (len(rows) * _PIXELS, len(rows[0]) * _PIXELS)
    [code] = zxingcpp.read_barcodes(
        memoryview(picture).cast("B", shape),
        try_invert=False,  # many phones read dark on light only
    )
    assert code.format == zxingcpp.BarcodeFormat.QRCode
    return code
