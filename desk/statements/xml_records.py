"""Records out of an XML file of any size: what stands in wanted places, and nothing of the rest.

It is taken straight from the parser, piece by piece, and no tree is made: what is held is the
record that is being read, and those around it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from desk.statements.line import Place, Unreadable, refuse

_PIECE = 1 << 16
_LONGEST = 1 << 20  # of a tag, a comment or a text; the parser holds a tag and a comment whole
_DEEPEST = 200
_MOST_NAMES = 10_000  # of elements and attributes: ISO 20022 has some two thousand

Record = dict[str, list[str]]
"""By path, the trimmed texts of the elements there, each up to an element within; `Amt@Ccy` has an
attribute's."""

Taken = Callable[[str, Record, Record], None]
"""Told of each record that has ended: how it is called, itself, and the one around it."""


@dataclass(slots=True)
class Wanted:
    """What is wanted of an element, in a record of its own if that has a `name`: its text and an
    attribute, to be kept by `path`, and those of `children`, by their names without namespaces. One
    that `is_open` has its children in elements of any name, too."""

    children: dict[str, "Wanted"] = field(default_factory=dict)
    name: str = ""
    path: str = ""
    attribute: str = ""
    is_open: bool = False


def want(paths: Iterable[str], name: str = "", **records: Wanted) -> Wanted:
    """An element of which the texts of `paths`, such as `Id/IBAN` or `Amt@Ccy`, are wanted, and
    children that are `records`."""
    top = Wanted(dict(records), name)
    for said in paths:
        path, _, attribute = said.partition("@")
        element = top
        for step in path.split("/"):
            element = element.children.setdefault(step, Wanted())
        element.path, element.attribute = path, attribute
    return top


def read_records(stream: IO[bytes], file: str, top: Wanted, taken: Taken) -> None:
    """Raises Unreadable, and what `taken` raises."""
    try:
        _Reading(file, top, taken).read(stream)
    except expat.ExpatError as error:
        raise refuse(
            Place(file, error.lineno), f"this is no whole XML ({error})", "export it again"
        ) from None
    except Unreadable:
        raise
    except (LookupError, ValueError) as error:  # the parser's, of encodings that it has not
        raise refuse(
            Place(file, 1), f"this XML's encoding cannot be read ({error})", "save it as UTF-8"
        ) from None


class _Reading:
    """What the parser tells, by its handlers. They are called for every tag of the file, so they do
    little, and nothing in what is not wanted."""

    __slots__ = (
        *("_around", "_element", "_file", "_is_text", "_names", "_record", "_records", "_skipped"),
        *("_taken", "_texts"),
    )

    def __init__(self, file: str, top: Wanted, taken: Taken) -> None:
        self._file = file
        self._taken = taken
        self._element = top
        self._around: list[Wanted] = []
        self._record: Record = {}
        self._records: list[Record] = []
        self._skipped = 0  # how deep it is in an element that is not wanted
        self._is_text = False  # whether what is read is wanted
        self._texts: list[str] = []
        self._names: dict[str, str] = {}

    def read(self, stream: IO[bytes]) -> None:
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._texts.append
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        texts, done = self._texts, 0
        while piece := stream.read(_PIECE):
            parser.Parse(piece)
            done += len(piece)
            if not self._is_text:
                texts.clear()
            held = done - parser.CurrentByteIndex + sum(map(len, texts))
            depth = len(self._around) + self._skipped
            if held > _LONGEST or depth > _DEEPEST or len(parser.intern) > _MOST_NAMES:
                what = "its elements are deeper, its texts longer or its names more"
                raise Unreadable(f"{self._file}: {what} than a statement's: it is not read.")
        parser.Parse(b"", True)  # noqa: FBT003 (there is no more)

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        if self._skipped:
            self._skipped += 1
            return
        if self._is_text:
            self._keep()
        name = self._names.get(tag)
        if name is None:
            name = self._names[tag] = tag.rpartition("}")[2]
        element = self._element
        child = element.children.get(name)
        if child is None:
            if not element.is_open:
                self._skipped = 1
                return
            child = element
        self._around.append(element)
        self._element = child
        if child.path:
            self._is_text = True
            self._texts.clear()
            if child.attribute:
                path = f"{child.path}@{child.attribute}"
                self._record.setdefault(path, []).append(attributes.get(child.attribute, ""))
        elif child.name:
            self._records.append(self._record)
            self._record = {}

    def _end(self, _: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        if self._is_text:
            self._keep()
        name = self._element.name
        if name:
            ended, self._record = self._record, self._records.pop()
            self._taken(name, ended, self._record)
        self._element = self._around.pop()

    def _keep(self) -> None:
        self._is_text = False
        self._record.setdefault(self._element.path, []).append("".join(self._texts).strip())

    def _refuse_doctype(self, *_: object) -> None:
        raise Unreadable(
            f"{self._file}: it declares entities, or has a DOCTYPE, which no bank's file does: "
            "it is not read."
        )
