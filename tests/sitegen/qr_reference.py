"""The same code as `qrcode` draws it, given all that a drawer may choose: version, level, mask, and
where the text is cut into segments of digits, of capitals, and of bytes."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from qrcode import base
from qrcode import util as typed_util
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

util: Any = typed_util  # its stubs want literal numbers


def draw_reference(text: str, rows: list[list[bool]]) -> list[list[bool]]:
    """`qrcode`'s drawing of `text` with the choices made in `rows`, a code at level M with
    its quiet zone."""
    modules = [row[4:-4] for row in rows[4:-4]]
    version, mask = (len(modules) - 17) // 4, read_mask(modules)
    code: QRCode[Any] = QRCode(version, ERROR_CORRECT_M, mask_pattern=mask)
    rest = text.encode()
    for mode, length in read_segments(modules, version, mask):
        code.add_data(util.QRData(rest[:length], mode), optimize=0)
        rest = rest[length:]
    assert not rest
    code.make(fit=False)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def read_mask(modules: list[list[bool]]) -> int:
    """The format information's level and mask, without the pattern that it is masked with."""
    level, mask = divmod(to_int(modules[8][:5]) ^ 0b10101, 8)
    assert level == ERROR_CORRECT_M
    return mask


def read_segments(modules: list[list[bool]], version: int, mask: int) -> list[tuple[int, int]]:
    """Each segment's mode and length in characters, from the codewords as they lie in the code."""
    bits = iter(data_bits(modules, version, mask))
    segments = []
    while mode := to_int(islice(bits, 4)):
        length = to_int(islice(bits, util.length_in_bits(mode, version)))
        digits, pairs = divmod(length, 3), divmod(length, 2)
        size = {
            util.MODE_NUMBER: 10 * digits[0] + (0, 4, 7)[digits[1]],
            util.MODE_ALPHA_NUM: 11 * pairs[0] + 6 * pairs[1],
            util.MODE_8BIT_BYTE: 8 * length,
        }[mode]
        assert len(list(islice(bits, size))) == size
        segments.append((mode, length))
    return segments


def data_bits(modules: list[list[bool]], version: int, mask: int) -> list[bool]:
    blocks = [block.data_count for block in base.rs_blocks(version, ERROR_CORRECT_M)]
    order = [
        (block, index)
        for index in range(max(blocks))
        for block, count in enumerate(blocks)
        if index < count
    ]
    bits = placed_bits(modules, version, mask)
    words = {place: bits[8 * number : 8 * number + 8] for number, place in enumerate(order)}
    return [bit for place in sorted(words) for bit in words[place]]


def placed_bits(modules: list[list[bool]], version: int, mask: int) -> list[bool]:
    """The codewords' bits: `qrcode` itself says where it puts each, by its number in binary."""
    size = sum(block.total_count for block in base.rs_blocks(version, ERROR_CORRECT_M)) * 8
    blank = _place(version, mask, [False] * size)
    numbers = [[0] * len(row) for row in blank]
    for power in range(size.bit_length()):
        drawn = _place(version, mask, [bool(number >> power & 1) for number in range(size)])
        for row, (one, other) in enumerate(zip(drawn, blank, strict=True)):
            for column, (dark, was) in enumerate(zip(one, other, strict=True)):
                numbers[row][column] |= (dark != was) << power
    bits = [False] * size
    for row, columns in enumerate(numbers):
        for column, number in enumerate(columns):
            if number:
                bits[number] = modules[row][column] != blank[row][column]
    bits[0] = modules[-1][-1] != blank[-1][-1]  # the first bit is in the last corner
    return bits


def _place(version: int, mask: int, bits: list[bool]) -> list[list[bool]]:
    code: QRCode[Any] = QRCode(version, ERROR_CORRECT_M, mask_pattern=mask)
    code.data_cache = [to_int(bits[start : start + 8]) for start in range(0, len(bits), 8)]
    code.makeImpl(test=False, mask_pattern=mask)
    return [[bool(module) for module in row] for row in code.modules]


def to_int(bits: Iterable[bool]) -> int:
    value = 0
    for bit in bits:
        value = 2 * value + bit
    return value
