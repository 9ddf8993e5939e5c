"""MUC-4 as released: messages and answer keys in, articles out, and the role fillers that the literature scores.

The released upper-case text is kept as it is, with its dateline and tags such as [TEXT]; only hard line breaks inside a
paragraph go. The format of the keys is read by `whodid_training.corpora.muc4_keys`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from whodid.errors import DataError, one_of
from whodid.ontology import DEFAULT
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.corpora.loaded import LoadedCorpus, by_id
from whodid_training.corpora.muc4_keys import Fill, Template, parse_keys

__all__ = ["EVENT_TYPES", "load_muc4", "parse_texts", "present", "role_fillers", "to_event"]

EVENT_TYPES: Mapping[str, str] = {
    "ATTACK": "attack",
    "BOMBING": "bombing",
    "KIDNAPPING": "kidnapping",
    "HIJACKING": "kidnapping",
    "ARSON": "arson",
    "ROBBERY": "robbery",
    "FORCED WORK STOPPAGE": "forced_work_stoppage",
}
"""Incident type of the keys -> event type of the ontology."""

_FOLDERS: Mapping[str, tuple[str, ...]] = {"train": ("dev",), "dev": ("tst1", "tst2")}
_SLOTS: tuple[tuple[str, str, bool | None], ...] = (
    ("PERP: INDIVIDUAL ID", "perpetrator_individual", None),
    ("PERP: ORGANIZATION ID", "perpetrator_organization", None),
    ("HUM TGT: NAME", "victim", True),
    ("HUM TGT: DESCRIPTION", "victim", False),
    ("PHYS TGT: ID", "target", None),
    ("INCIDENT: INSTRUMENT ID", "weapon", None),
)
"""Slot, role that its fills play, and whether they are proper names."""

_HEADER = re.compile(r"^(?P<id>[A-Z]+\d?-MUC\d-\d{4})[ \t]*(?:\([^)\n]*\))?[ \t]*$", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n\s*\n")
_BROKEN_COMPOUND = re.compile(r"(?<=\w)-\n\s*(?=\w)")

_SEVERAL_TYPES = "incident types after the first alternative"
_NO_KEY = "messages without an answer key"
_REPEATED = "victim descriptions that repeat another victim of the event"


def load_muc4(folder: Path, split: str) -> LoadedCorpus:
    """Read one split: "train" is the folder dev, "dev" the folders tst1 and tst2.

    Args:
        folder: holds the released folders with their texts (dev-muc3-0001-0100, ...) and keys (key-*).
        split: "train" or "dev".

    Raises:
        DataError: a file breaks its format, or a template has no message.
        FileNotFoundError: a folder has no texts or no keys.
    """
    messages: list[tuple[str, str]] = []
    templates: list[Template] = []
    for part in _FOLDERS[split]:
        for path in _files(folder / part, f"{part}-muc*"):
            messages.extend(parse_texts(path.read_text(encoding="latin-1"), where=str(path)))
        for path in _files(folder / part, "key-*"):
            templates.extend(parse_keys(path.read_text(encoding="latin-1"), where=str(path)))
    texts = by_id(messages, where=str(folder))
    keys = _by_message(templates, texts, where=str(folder))
    articles = tuple(
        Article(id=key, text=text, events=tuple(to_event(template) for template in keys[key] if template.type))
        for key, text in texts.items()
        if key in keys
    )
    dropped = Counter({_NO_KEY: len(texts) - len(articles)}) + sum(map(_lost, templates), Counter())
    return LoadedCorpus("muc4", split, articles, dropped)


def parse_texts(content: str, *, where: str) -> tuple[tuple[str, str], ...]:
    """Split a file of messages at their headers, such as "DEV-MUC3-0001 (NOSC)", into ids and unwrapped texts.

    Args:
        content: the whole file.
        where: its name, for errors.

    Raises:
        DataError: something stands before the first header.
    """
    headers = list(_HEADER.finditer(content))
    before = content[: headers[0].start()] if headers else content
    if before.strip():
        raise DataError(
            f"{where}: {before.strip()[:60]!r} stands before the first header such as 'DEV-MUC3-0001 (NOSC)'"
        )
    ends = [header.start() for header in headers[1:]] + [len(content)]
    return tuple(
        (header["id"], _unwrap(content[header.end() : end])) for header, end in zip(headers, ends, strict=True)
    )


def to_event(template: Template) -> GoldEvent:
    """Say what a template means in the ontology.

    Optional templates and fills count, and so do attempted and threatened incidents. The description of a *named*
    victim becomes a victim of its own with `named=False`, unless another victim of the event has all its wordings.

    Raises:
        DataError: the template has no incident type, or one that the ontology does not cover.
    """
    if template.type is None or template.type not in EVENT_TYPES:
        raise DataError(
            f"{template.id}, template {template.number}: incident type {template.type!r} is unknown; "
            f"allowed: {one_of(EVENT_TYPES)}"
        )
    entities: dict[GoldEntity, None] = {}
    for fill, entity in _fillers(template):
        if not (fill.of and any(_repeats(entity, other) for other in entities)):
            entities[entity] = None
    return GoldEvent(type=EVENT_TYPES[template.type], entities=tuple(entities))


def role_fillers(article: Article) -> dict[str, list[tuple[str, ...]]]:
    """Return the entities of each role over the whole article, as GRIT and its successors score them (CEAF-REE).

    Events are read in order. An entity is left out if its mentions are all mentions of one that is already there, or
    the reverse: the first stays as it is and gains nothing from the second. Case is ignored. Then mentions that do not
    occur in the text go, and entities without any left. Victims are those given by name.

    Returns:
        Every role of the ontology -> its entities in the order of the events, each a tuple of mentions.
    """
    kept: dict[str, list[tuple[str, ...]]] = {role: [] for role in DEFAULT.role_names}
    for role, entities in kept.items():
        for entity in article.entities(role):
            if role == "victim" and not entity.named:
                continue
            if not any(_comparable(entity.mentions, other) for other in entities):
                entities.append(entity.mentions)
    text = article.text.lower()
    found = {role: [present(mentions, text) for mentions in entities] for role, entities in kept.items()}
    return {role: [mentions for mentions in entities if mentions] for role, entities in found.items()}


def present(mentions: Iterable[str], lower_text: str) -> tuple[str, ...]:
    """Keep the mentions that occur in a text in lower case, also within words, as GRIT and its successors do."""
    return tuple(mention for mention in mentions if mention.lower() in lower_text)


def _fillers(template: Template) -> Iterator[tuple[Fill, GoldEntity]]:
    for slot, role, named in _SLOTS:
        for fill in template.slots[slot]:
            yield fill, GoldEntity(role=role, mentions=fill.alternatives, named=named)


def _repeats(entity: GoldEntity, other: GoldEntity) -> bool:
    return entity.role == other.role and _folded(entity.mentions) <= _folded(other.mentions)


def _comparable(one: Iterable[str], other: Iterable[str]) -> bool:
    left, right = _folded(one), _folded(other)
    return left <= right or right <= left


def _folded(mentions: Iterable[str]) -> set[str]:
    return {mention.lower() for mention in mentions}


def _lost(template: Template) -> Counter[str]:
    """Count what `to_event` leaves out of a template."""
    if template.type is None:
        return Counter()
    fills = sum(len(template.slots[slot]) for slot, role, _ in _SLOTS if role == "victim")
    victims = sum(entity.role == "victim" for entity in to_event(template).entities)
    types = sum(len(fill.alternatives) for fill in template.slots["INCIDENT: TYPE"])
    return Counter({_SEVERAL_TYPES: types - 1, _REPEATED: fills - victims})


def _by_message(
    templates: Iterable[Template], texts: Mapping[str, str], *, where: str
) -> dict[str, tuple[Template, ...]]:
    """Group templates by message, checking that each has one and that its number is its own."""
    numbered = by_id(((f"{t.id}, template {t.number}", t) for t in templates), where=where)
    grouped: dict[str, tuple[Template, ...]] = {}
    for template in numbered.values():
        if template.id not in texts:
            raise DataError(
                f"{where}: the keys have {template.id!r}, but no text does; fetch the texts of this folder too"
            )
        grouped[template.id] = (*grouped.get(template.id, ()), template)
    return grouped


def _unwrap(body: str) -> str:
    paragraphs = (" ".join(_BROKEN_COMPOUND.sub("-", part).split()) for part in _BLANK_LINES.split(body))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _files(folder: Path, pattern: str) -> Sequence[Path]:
    found = sorted(folder.glob(pattern))
    if not found:
        raise FileNotFoundError(2, "no such files", str(folder / pattern))
    return found
