"""Pages as readers find them: their text, links and fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_INLINE = frozenset({"a", "code", "em", "small", "span", "strong"})
_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta"})


@dataclass
class Element:
    """An element of a page."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What it says, with single spaces."""
        return " ".join(self._raw().split())

    def _raw(self) -> str:
        text = "".join(one if isinstance(one, str) else one._raw() for one in self.children)
        return text if self.tag in _INLINE else f" {text} "

    def all(self, tag: str = "", **attributes: str) -> list[Element]:
        """Find the elements below it of a tag that have these attributes; `class_` is one of its classes."""
        found: list[Element] = []
        for one in self.children:
            if isinstance(one, Element):
                if tag in {"", one.tag} and all(one.has(name, value) for name, value in attributes.items()):
                    found.append(one)
                found += one.all(tag, **attributes)
        return found

    def one(self, tag: str = "", **attributes: str) -> Element:
        """Find the only one."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, (tag, attributes, len(found))
        return found[0]

    def has(self, name: str, value: str) -> bool:
        """Say whether an attribute has a value."""
        if name == "class_":
            return value in self.attributes.get("class", "").split()
        return self.attributes.get(name.replace("_", "-")) == value


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(found)
        if tag not in _VOID:
            self.open.append(found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(markup: str) -> Element:
    """Read a page, all of whose elements must be closed."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    assert reader.open == [reader.root]
    return reader.root
