"""Adds tags to XMP sidecars and cuts them out again; every other byte stays as it is.

digiKam takes the tags of a photo from the first of these properties that has any, and a property
of the sidecar in place of the photo's own (DMetadata::getItemTagsPath, MetaEngine::load): a new
property that held only our tag would hide the photo's other tags from it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from photosearch.integrations.xmp_tree import RDF, Element, UnusableXmpError, XmpTree, read_tree

ROOT = "photosearch"
"""All our tags lie below this one."""


@dataclass(frozen=True)
class TagProperty:
    """A list of tags in XMP, as digiKam writes it.

    Attributes:
        separator: between the levels of a tag.
        has_leaves_too: other programs write the last level alone.
    """

    prefix: str
    namespace: str
    local: str
    container: str
    separator: str = "/"
    has_leaves_too: bool = False

    @property
    def name(self) -> tuple[str, str]:
        """Namespace and local name."""
        return self.namespace, self.local


_DIGIKAM = TagProperty("digiKam", "http://www.digikam.org/ns/1.0/", "TagsList", "Seq")
_MICROSOFT = TagProperty(
    "MicrosoftPhoto", "http://ns.microsoft.com/photo/1.0/", "LastKeywordXMP", "Bag"
)
_LIGHTROOM = TagProperty(
    "lr", "http://ns.adobe.com/lightroom/1.0/", "hierarchicalSubject", "Bag", "|"
)
_MEDIAPRO = TagProperty(
    "mediapro", "http://ns.iview-multimedia.com/mediapro/1.0/", "CatalogSets", "Bag", "|"
)
SUBJECT = TagProperty(
    "dc", "http://purl.org/dc/elements/1.1/", "subject", "Bag", has_leaves_too=True
)
PROPERTIES = (_DIGIKAM, _MICROSOFT, _LIGHTROOM, _MEDIAPRO, SUBJECT)
"""In the order in which digiKam asks them."""

_NEW = (_DIGIKAM, _LIGHTROOM, SUBJECT)
"""Those that a photo without any tags gets: digiKam's, darktable's and Lightroom's, everybody's."""

_ACDSEE = ("http://ns.acdsee.com/iptc/1.0/", "categories")
_CATEGORY = re.compile(r"<Category\b[^>]*>|</Category>")

Tags = Mapping[TagProperty, tuple[str, ...]]


def tag_of(title: str) -> str:
    """The tag for a title, which may hold anything: two levels, ours above it.

    ``/``, ``|`` and ``\\`` would be further levels to one program or another, and XML cannot hold
    control characters nor the bytes of names that are no text.
    """
    text = title.encode("utf-8", "replace").decode()
    text = re.sub(r"[/|\\]", "-", text)
    text = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]+", " ", text)
    words = " ".join(text.split())[:100].strip()
    return f"{ROOT}/{words or 'results'}"


def new_sidecar(tag: str, embedded: Tags) -> bytes:
    """A sidecar for a photo that has none."""
    empty = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="photosearch">\n'
        f' <rdf:RDF xmlns:rdf="{RDF}">\n'
        " </rdf:RDF>\n"
        "</x:xmpmeta>\n"
        '<?xpacket end="w"?>\n'
    )
    return add_tag(empty.encode(), tag, embedded)


def add_tag(data: bytes, tag: str, embedded: Tags) -> bytes:
    """A sidecar with one more tag.

    Args:
        tag: levels separated by ``/``.
        embedded: the tags in the photo itself, which a new property has to repeat.

    Raises:
        UnusableXmpError: the sidecar cannot be understood, or must not be touched.
    """
    there = {one: values for one, values in tags_in(read_tree(data)).items() if values}
    effective = {**embedded, **there}
    targets = [one for one in PROPERTIES if one in effective] or list(_NEW)
    fresh: dict[TagProperty, tuple[str, ...]] = {}
    for one in targets:
        value = tag.replace("/", one.separator)
        tree = read_tree(data)
        found = tree.property(one.name)
        if found is None:
            fresh[one] = (*embedded.get(one, ()), value)
        elif value not in _values(tree, found):
            data = _with_item(tree, found, one, value)
    return _with_description(read_tree(data), fresh) if fresh else data


def cut_tags(data: bytes, leaves: Collection[str] = (), tag: str | None = None) -> bytes:
    """A sidecar without our tags; what held nothing else goes with them.

    Args:
        leaves: the last levels of tags, which digiKam writes alone into ``dc:subject``.
        tag: only this one.

    Raises:
        UnusableXmpError: the sidecar cannot be understood.
    """
    data = _without_categories(data, tag)
    tree = read_tree(data)
    kept_leaves = _other_leaves(tree, tag)
    removed: list[Element] = []
    for one in PROPERTIES:
        bare = {leaf for leaf in leaves if leaf not in kept_leaves} if one.has_leaves_too else set()
        found = tree.property(one.name)
        if found is not None:
            removed += _elements_to_cut(tree, found, one, tag, bare)
    removed = _with_emptied_descriptions(tree, removed)
    for element in sorted(removed, key=lambda one: -one.start):
        data = data[: tree.indent_start(element)] + data[element.end :]
    return data


def holds_nothing(data: bytes) -> bool:
    """Whether a sidecar has no property at all.

    Raises:
        UnusableXmpError: it cannot be understood.
    """
    return not read_tree(data).rdf.children


def tags_in(tree: XmpTree) -> dict[TagProperty, tuple[str, ...]]:
    """The tags of each property that is there.

    Raises:
        UnusableXmpError: one of them is no list.
    """
    found = ((one, tree.property(one.name)) for one in PROPERTIES)
    return {one: _values(tree, element) for one, element in found if element is not None}


def _items(tree: XmpTree, found: Element) -> tuple[Element, list[Element]]:
    """The list of a property, and what is in it."""
    lists = [one for one in found.children if one.name in ((RDF, "Bag"), (RDF, "Seq"))]
    if len(found.children) != 1 or len(lists) != 1:
        name = tree.raw_name(found).decode()
        raise UnusableXmpError(f"{name} in the sidecar is no list of tags")
    return lists[0], [one for one in lists[0].children if one.name == (RDF, "li")]


def _values(tree: XmpTree, found: Element) -> tuple[str, ...]:
    return tuple(one.text for one in _items(tree, found)[1])


def _is_ours(value: str, separator: str, tag: str | None) -> bool:
    if tag is not None:
        return value == tag.replace("/", separator)
    return value == ROOT or value.startswith(ROOT + separator)


def _other_leaves(tree: XmpTree, tag: str | None) -> set[str]:
    """The last levels of the tags that stay: a word may be the user's own keyword as well."""
    return {
        value.rpartition(one.separator)[2]
        for one, values in tags_in(tree).items()
        if not one.has_leaves_too
        for value in values
        if not _is_ours(value, one.separator, tag)
    }


def _elements_to_cut(
    tree: XmpTree, found: Element, one: TagProperty, tag: str | None, bare: set[str]
) -> list[Element]:
    _, items = _items(tree, found)
    ours = [item for item in items if _is_ours(item.text, one.separator, tag) or item.text in bare]
    return [found] if ours and len(ours) == len(items) else ours


def _with_emptied_descriptions(tree: XmpTree, removed: list[Element]) -> list[Element]:
    """Descriptions that have nothing left go whole."""
    starts = {one.start for one in removed}
    for description in tree.descriptions():
        children = {one.start for one in description.children}
        if children and children <= starts and set(description.attributes) <= {(RDF, "about")}:
            removed = [one for one in removed if one.start not in children]
            removed.append(description)
    return removed


def _with_item(tree: XmpTree, found: Element, one: TagProperty, value: str) -> bytes:
    """One more item, written like the last one."""
    container, items = _items(tree, found)
    data, name = tree.data, tree.raw_name(container)
    prefix = name[: name.find(b":") + 1]
    item = b"<%bli>%b</%bli>" % (prefix, _encoded(value), prefix)
    if items:
        before = data[tree.indent_start(items[-1]) : items[-1].start]
        place = items[-1].end
        return data[:place] + before + item + data[place:]
    whole = b"<%b>%b</%b>" % (name, item, name)
    return data[: container.start] + whole + data[container.end :]


def _with_description(tree: XmpTree, fresh: Tags) -> bytes:
    """One more description behind the others, with new properties."""
    data, rdf = tree.data, tree.rdf
    name = tree.raw_name(rdf)
    prefix = name[: name.find(b":") + 1]
    if rdf.is_empty_tag:
        raise UnusableXmpError("the sidecar holds nothing")
    others = rdf.children
    before = b"\n  "
    place = rdf.content_start
    if others:
        place = others[-1].end
        before = data[tree.indent_start(others[-1]) : others[-1].start]
    block = _description(prefix, fresh, before if b"\n" in before else b"\n  ")
    return data[:place] + before + block + data[place:]


def _description(rdf: bytes, fresh: Tags, indent: bytes) -> bytes:
    names = b"".join(
        b'%b xmlns:%b="%b"' % (indent + b"  ", one.prefix.encode(), one.namespace.encode())
        for one in fresh
    )
    parts = [b'<%bDescription %babout=""%b>' % (rdf, rdf, names)]
    for one, values in fresh.items():
        name = f"{one.prefix}:{one.local}".encode()
        container = rdf + one.container.encode()
        items = [b"%b<%bli>%b</%bli>" % (b"   ", rdf, _encoded(v), rdf) for v in values]
        lines = [b"<%b>" % name, b" <%b>" % container]
        lines += [b"  " + item.strip() for item in items]
        lines += [b" </%b>" % container, b"</%b>" % name]
        parts += [indent + b" " + line for line in lines]
    return b"".join([*parts, indent, b"</%bDescription>" % rdf])


def _encoded(value: str) -> bytes:
    return escape(value).encode()


def _without_categories(data: bytes, tag: str | None) -> bytes:
    """Without our branch of ACDSee's categories: a text that is XML itself, escaped."""
    tree = read_tree(data)
    for start, end in _category_places(tree):
        raw = data[start:end].decode()
        kept = _without_branch(html.unescape(raw), tag)
        if kept is not None:
            quote = {'"': "&quot;"} if "&quot;" in raw or data[start - 1 : start] == b'"' else {}
            return data[:start] + escape(kept, quote).encode() + data[end:]
    return data


def _category_places(tree: XmpTree) -> Iterator[tuple[int, int]]:
    """Where the texts of categories are: in an element, or in an attribute of a description."""
    found = tree.property(_ACDSEE)
    if found is not None and not found.children:
        yield found.content_start, found.content_end
    for description in tree.descriptions():
        if _ACDSEE in description.attributes:
            tag = tree.data[description.start : description.content_start]
            match = re.search(rb"""[\w.-]+:categories\s*=\s*(["'])(.*?)\1""", tag, re.DOTALL)
            if match is not None:
                start = description.start + match.start(2)
                yield start, start + len(match[2])


def _without_branch(text: str, tag: str | None) -> str | None:
    """The categories without those of ours; None if there are none."""
    path: list[tuple[str, int]] = []
    cuts: list[tuple[int, int]] = []
    matches = list(_CATEGORY.finditer(text))
    for number, match in enumerate(matches):
        if match[0].startswith("</"):
            if not path:
                return None
            names = [name for name, _ in path]
            whole = "/".join(names)
            if (names == [ROOT] and tag is None) or whole == tag:
                cuts.append((path[-1][1], match.end()))
            path.pop()
            continue
        end = matches[number + 1].start() if number + 1 < len(matches) else len(text)
        path.append((text[match.end() : end].strip(), match.start()))
    if not cuts:
        return None
    for start, end in sorted(cuts, reverse=True):
        text = text[:start] + text[end:]
    return text
