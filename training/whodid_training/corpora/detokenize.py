"""Running text from separated tokens, with the offsets of every token in it.

Spaces before and inside words, which tokenizers put there, are what a model would otherwise learn a corpus by.
"""

from __future__ import annotations

from collections.abc import Sequence

from whodid_training.corpora.partial import Span

__all__ = ["detokenize"]

_CLOSING = frozenset(".,;:!?)]}%”…")
_OPENING = frozenset("([{“‘$£€#@")
_APOSTROPHES = frozenset("'’`´")
_DASHES = frozenset("-")
_ENDINGS = frozenset(("s", "t", "re", "ve", "ll", "d", "m", "S"))
_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": '"', "''": '"', "`": "'"}
_AFTER_DASH = frozenset(
    ("the", "a", "an", "and", "but", "or", "who", "which", "that", "it", "he", "she", "they", "in", "on", "at", "with")
)


def detokenize(tokens: Sequence[str]) -> tuple[str, list[Span]]:
    r"""Join tokens as they were printed, as far as their neighbours tell.

    Returns:
        The text, and the offsets of each token.

    >>> detokenize('" The city \' s U . S . - born mayor " , he said .'.split())[0]
    '"The city\'s U.S.-born mayor", he said.'
    """
    tokens = [_BRACKETS.get(token, token) for token in tokens]
    parts: list[str] = []
    spans: list[Span] = []
    length, quoted = 0, False
    for index, token in enumerate(tokens):
        if token == '"':
            glued = quoted or (index > 0 and tokens[index - 1] in _OPENING)
            quoted = not quoted
        else:
            glued = _glued(tokens, index, after_quote=quoted and index > 0 and tokens[index - 1] == '"')
        space = "" if glued or index == 0 else " "
        parts.append(space + token)
        spans.append((length + len(space), length + len(space) + len(token)))
        length += len(space) + len(token)
    return "".join(parts), spans


def _glued(tokens: Sequence[str], index: int, *, after_quote: bool) -> bool:
    """Tell whether no space stands before a token that is no straight double quote."""
    token = tokens[index]
    before = tokens[index - 1] if index else ""
    after = tokens[index + 1] if index + 1 < len(tokens) else ""
    if after_quote or before[-1:] in _OPENING or token[0] in _CLOSING or token in ("n't", "n’t"):
        return True
    if token[0] in _APOSTROPHES:
        return token[1:] in _ENDINGS or after in _ENDINGS or (token in _APOSTROPHES and not _opens(tokens, index))
    if before[-1:] in _APOSTROPHES:
        return token in _ENDINGS or (len(before) == 1 and _opens(tokens, index - 1))
    if token in _DASHES or before in _DASHES:
        return _hyphen(tokens, index if token in _DASHES else index - 1)
    if token == "/" or before == "/":
        return True
    return before == "." and _inside_abbreviation(tokens, index)


def _opens(tokens: Sequence[str], index: int) -> bool:
    """Tell whether a lone apostrophe is an opening quote: it follows no plural and no mark that may end one."""
    return index == 0 or tokens[index - 1][-1] not in "s,.!?"


def _hyphen(tokens: Sequence[str], index: int) -> bool:
    """Tell whether a dash joins its neighbours, as in "semi-official", and is no pause."""
    if not 0 < index < len(tokens) - 1:
        return False
    before, after = tokens[index - 1], tokens[index + 1]
    abbreviation = before == "." and index > 1 and len(tokens[index - 2]) == 1
    return (before[-1].isalnum() or abbreviation) and after[0].isalnum() and after not in _AFTER_DASH


def _inside_abbreviation(tokens: Sequence[str], index: int) -> bool:
    """Tell whether what follows a full stop belongs to "U.S.", "1.5", "a.m." or "example.org"."""
    token, before = tokens[index], tokens[index - 2] if index > 1 else ""
    if len(token) == 1 and len(before) == 1:
        return token.isalpha() and before.isalpha()
    if token.isdigit():
        return before.isdigit()
    return token.islower() and before.islower() and token in ("com", "org", "net", "co", "twitter")
