"""Where things stand in a list, by something that they have."""

from collections.abc import Hashable, KeysView, Sequence
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Places(Generic[Key]):
    """The places of all that have a key. Most keys of a large statement have one place: it is kept
    without a list around it, which takes a third of the memory."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held: dict[Key, int | list[int]] = {}

    def add(self, key: Key, place: int) -> None:
        held = self._held.setdefault(key, place)
        if isinstance(held, list):
            held.append(place)
        elif held != place:
            self._held[key] = [held, place]

    def at(self, key: Key) -> Sequence[int]:
        held = self._held.get(key, ())
        return (held,) if isinstance(held, int) else held

    @property
    def keys(self) -> KeysView[Key]:
        return self._held.keys()
