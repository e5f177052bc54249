"""A page as a reader's tools see it: elements, forms, headings; and what is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"area", "br", "hr", "img", "input", "link", "meta", "rect", "path", "circle"}
HEADINGS = {f"h{level}" for level in range(1, 7)}
TYPED_BY_HAND = {"input", "select", "textarea"}
NOT_TYPED = {"hidden", "submit", "button"}


@dataclass(eq=False)
class Element:
    """One element with what is in it."""

    tag: str
    attrs: dict[str, str]
    parent: "Element | None"
    inside: "list[Element | str]" = field(default_factory=list)

    @property
    def text(self) -> str:
        """What a reader hears of it, spaces made one."""
        parts = [part if isinstance(part, str) else f" {part.text} " for part in self.inside]
        return " ".join("".join(parts).replace("\u00a0", " ").split())

    def all(self, *tags: str) -> "Iterator[Element]":
        """Every element below, in reading order; of these tags, or of all."""
        for part in self.inside:
            if isinstance(part, Element):
                if not tags or part.tag in tags:
                    yield part
                yield from part.all(*tags)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {}, None)
        self.here = self.root
        self.problems: list[str] = []

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        self.problems += [f"{tag} has {name} twice" for name in names if names.count(name) > 1]
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.inside.append(element)
        if tag not in VOID:
            self.here = element

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if self.here.tag != tag:
            self.problems.append(f"</{tag}> closes <{self.here.tag}>")
        self.here = self.here.parent or self.root

    def handle_data(self, data):
        self.here.inside.append(data)


def read(html: str) -> tuple[Element, list[str]]:
    """The page as a tree, and where its tags do not fit together."""
    reader = _Reader()
    reader.feed(html)
    return reader.root, reader.problems


def offences(html: str) -> list[str]:
    """Everything wrong with a whole page; an empty list for a good one."""
    root, problems = read(html)
    elements = list(root.all())
    return [
        *problems,
        *_of_the_head(root),
        *_of_headings(root),
        *_of_ids(elements),
        *_of_forms(root),
        *_of_the_content_policy(elements),
        *_of_words(root),
    ]


def _of_the_head(root: Element) -> Iterator[str]:
    html = next(root.all("html"))
    if html.attrs.get("lang") not in ("en", "fr"):
        yield "the page does not say its language"
    title, headings = next(root.all("title")).text, [one.text for one in root.all("h1")]
    if len(headings) != 1:
        yield f"{len(headings)} h1"
    elif title.rpartition(" · ")[0] != headings[0]:
        yield f"the title {title!r} is not the h1 {headings[0]!r}"


def _of_headings(root: Element) -> Iterator[str]:
    levels = [int(one.tag[1]) for one in root.all(*HEADINGS)]
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"h{after} follows h{before}"


def _of_ids(elements: list[Element]) -> Iterator[str]:
    ids = [one.attrs["id"] for one in elements if "id" in one.attrs]
    yield from (f"id {one!r} stands twice" for one in sorted(set(ids)) if ids.count(one) > 1)
    for one in elements:
        for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
            for wanted in one.attrs.get(name, "").split():
                if wanted not in ids:
                    yield f"{one.tag} {name} points at {wanted!r}, which is not there"


def _of_forms(root: Element) -> Iterator[str]:
    labelled = {label.attrs.get("for") for label in root.all("label")}
    for form in root.all("form"):
        if not form.attrs.get("action") or "method" not in form.attrs:
            yield "a form without action or method"
        names = {one.attrs.get("name") for one in form.all("input")}
        if form.attrs.get("method") == "post" and "csrf_token" not in names:
            yield f"the form to {form.attrs.get('action')} can be forged"
    for one in root.all(*TYPED_BY_HAND):
        is_named = one.attrs.get("id") in labelled or "aria-label" in one.attrs
        in_label = any(parent.tag == "label" for parent in _above(one))
        if one.attrs.get("type") not in NOT_TYPED and not (is_named or in_label):
            yield f"{one.tag} {one.attrs.get('name')} has no label"
    for one in root.all("button", "a"):
        is_shown_later = "hidden" in one.attrs
        if not one.text and "aria-label" not in one.attrs and not is_shown_later:
            yield f"a {one.tag} without words"


def _of_the_content_policy(elements: list[Element]) -> Iterator[str]:
    for one in elements:
        yield from (f"{one.tag} carries {a}" for a in one.attrs if a == "style" or a[:2] == "on")
        if one.tag == "style" or (one.tag == "script" and "src" not in one.attrs):
            yield f"an inline {one.tag}"


def _of_words(root: Element) -> Iterator[str]:
    body = next(root.all("body")).text
    for sign in ("%(", "{{", "None", "!"):
        if sign in body:
            yield f"{sign!r} stands on the page"


def _above(element: Element) -> Iterator[Element]:
    while element.parent is not None:
        element = element.parent
        yield element
