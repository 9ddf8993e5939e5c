"""Which mention a participant is answered by."""

from __future__ import annotations

from collections.abc import Sequence

from whodid.entities.forms import NamedSpan, wordings

__all__ = ["canonical"]


def canonical(mentions: Sequence[NamedSpan], *, article: str = "") -> str:
    """Choose the mention that says most: a name before a description, then the longest, then the first.

    >>> canonical([NamedSpan("JNIM", True), NamedSpan("Jama'at Nusrat al-Islam wal-Muslimin", True)])
    "Jama'at Nusrat al-Islam wal-Muslimin"
    >>> canonical([NamedSpan("Lagos pastor", True), NamedSpan("Obi", True)])
    'Obi'

    Args:
        mentions: of one participant.
        article: the text in which they start; it tells names from nouns that begin a sentence.
    """
    found = wordings(mentions, article)

    def says(index: int) -> tuple[bool, bool, int, int]:
        form, mention = found.forms[found.of_mention[index]], mentions[index]
        return form.proper, mention.named, len(form.key), len(mention.text)

    return mentions[max(range(len(mentions)), key=says)].text
