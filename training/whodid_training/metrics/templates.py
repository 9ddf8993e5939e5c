"""Template filling as GTT scores it: incidents aligned one to one, then the fillers of every slot.

Du, Rush and Cardie, "Template Filling with Generative Transformers" (NAACL 2021), by their script eval.py
(github.com/xinyadu/gtt). In each document, predicted templates are mapped one to one to gold templates of the same
type, or to none, by the mapping with the best F1 over all slots of the document. Of mapped templates, the type is
right, a predicted entity is right if all its (normalised) mentions are mentions of some gold entity of the slot, and a
gold entity is found if that is so of some predicted one: several predicted entities may share one gold entity, which
costs no precision. Entities and types of templates without a partner are wrong or missed. Counts are added up over
documents and slots, the type being a slot of its own (micro). Gold templates of a document that are the same in every
slot count once, predicted ones do not.

Where this differs: of mappings with the same F1 the first one is taken, in the order of the templates, which may not be
the script's; and a gold template has one type, where the script accepts any of several.

>>> gold = [Template("attack", {"victim": [("ana ruiz", "ruiz")]}), Template("attack", {"victim": [("luis vega",)]})]
>>> predicted = [Template("attack", {"victim": [("Vega",), ("Luis Vega",)]}), Template("arson", {})]
>>> result = template_filling([predicted], [gold], roles=("victim",))
>>> result.micro  # of the arson nothing is right; of the attack the type and one of two strings
Credit(right=2.0, n_predicted=4, found=2.0, n_gold=4)
>>> result.of("type")
Credit(right=1.0, n_predicted=2, found=1.0, n_gold=2)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

from whodid_training.metrics.ceaf import normalise, within
from whodid_training.metrics.counts import Credit, CreditTally, total_credit
from whodid_training.metrics.documents import Entities, Entity, check_aligned, check_entities

__all__ = ["TYPE", "Template", "check_templates", "distinct", "normalised", "template_filling"]

TYPE = "type"
"""Label of the slot that holds a template's incident type."""

_Mapping = tuple[int, ...]
"""For each predicted template, the gold one; the number of gold templates for none, so that none comes last."""


@dataclass(frozen=True, slots=True)
class Template:
    """One incident with the fillers of its slots."""

    type: str
    """Name of its event type."""
    entities: Entities = field(default_factory=dict)
    """Its participants, by role."""


def template_filling(
    predicted: Sequence[Sequence[Template]], gold: Sequence[Sequence[Template]], *, roles: Sequence[str]
) -> CreditTally:
    """Score predicted templates; `micro` is the headline, the labels are "type" and the roles.

    Args:
        predicted: templates of each document.
        gold: the same for gold, in the same order.
        roles: the slots to score besides the type; templates must not have others.

    Raises:
        DataError: the documents do not align, a role is not in `roles`, or an entity has no mentions.
    """
    check_templates(predicted, gold, roles)
    rows = []
    for p, g in zip(predicted, gold, strict=True):
        ours, theirs = normalised(p), distinct(normalised(g))
        rows.append(_score(ours, theirs, _best(ours, theirs, roles), roles))
    return CreditTally((TYPE, *roles), tuple(rows))


def check_templates(
    predicted: Sequence[Sequence[Template]], gold: Sequence[Sequence[Template]], roles: Sequence[str]
) -> None:
    """Check that documents align and that templates hold entities of scored roles.

    Raises:
        DataError: they do not.
    """
    check_aligned(predicted, gold)
    for side, documents in (("predicted", predicted), ("gold", gold)):
        check_entities([template.entities for templates in documents for template in templates], roles, side=side)


def normalised(templates: Sequence[Template]) -> list[Template]:
    """Normalise all mentions, as for CEAF-REE."""
    return [
        Template(
            one.type,
            {role: [tuple(map(normalise, entity)) for entity in entities] for role, entities in one.entities.items()},
        )
        for one in templates
    ]


def distinct(templates: Sequence[Template]) -> list[Template]:
    """Keep the first of templates that have the same type and, in any order, the same entities in every slot."""
    found: dict[tuple[str, frozenset[tuple[str, tuple[Entity, ...]]]], Template] = {}
    for one in templates:
        slots = ((role, tuple(sorted(map(_sorted, entities)))) for role, entities in one.entities.items() if entities)
        found.setdefault((one.type, frozenset(slots)), one)
    return list(found.values())


def _sorted(entity: Entity) -> Entity:
    return tuple(sorted(entity))


def _slot(predicted: Sequence[Entity], gold: Sequence[Entity]) -> Credit:
    """Score one slot of two templates that are mapped to each other."""
    return Credit(
        right=sum(any(within(p, g) for g in gold) for p in predicted),
        n_predicted=len(predicted),
        found=sum(any(within(p, g) for p in predicted) for g in gold),
        n_gold=len(gold),
    )


def _pair(predicted: Template, gold: Template, roles: Sequence[str]) -> tuple[Credit, ...]:
    """Score two mapped templates, the type first."""
    slots = (_slot(predicted.entities.get(role, ()), gold.entities.get(role, ())) for role in roles)
    return Credit(1, 1, 1, 1), *slots


def _score(
    predicted: Sequence[Template], gold: Sequence[Template], mapping: _Mapping, roles: Sequence[str]
) -> tuple[Credit, ...]:
    """Score a document under one mapping."""
    mapped = [_pair(predicted[i], gold[j], roles) for i, j in enumerate(mapping) if j < len(gold)]
    spurious = [_alone(one, roles) for one, j in zip(predicted, mapping, strict=True) if j == len(gold)]
    missed = [_alone(one, roles) for j, one in enumerate(gold) if j not in mapping]
    rows = [
        *mapped,
        *(tuple(Credit(n_predicted=n) for n in row) for row in spurious),
        *(tuple(Credit(n_gold=n) for n in row) for row in missed),
    ]
    return tuple(total_credit(column) for column in zip(*rows, strict=True)) or (Credit(),) * (len(roles) + 1)


def _alone(template: Template, roles: Sequence[str]) -> tuple[int, ...]:
    return 1, *(len(template.entities.get(role, ())) for role in roles)


def _best(predicted: Sequence[Template], gold: Sequence[Template], roles: Sequence[str]) -> _Mapping:
    """Find the mapping with the best F1 over the document.

    What all slots count to is the same under every mapping, so F1 depends on the two numerators alone, and rises with
    either. Types do not mix. So per type only mappings that no other beats in both numerators are kept.
    """
    fronts = [_front(predicted, gold, name, roles) for name in dict.fromkeys(one.type for one in predicted)]
    size, support = (sum(sum(_alone(one, roles)) for one in side) for side in (predicted, gold))
    best = max(product(*fronts), key=lambda choice: (_f1(choice, size, support), tuple(-j for j in _joined(choice))))
    return _joined(best)


@dataclass(frozen=True, slots=True)
class _Partial:
    """A mapping of the templates of one type."""

    right: float = 0.0
    found: float = 0.0
    pairs: tuple[tuple[int, int], ...] = ()
    """Predicted and gold template, for every predicted one so far."""


def _front(predicted: Sequence[Template], gold: Sequence[Template], name: str, roles: Sequence[str]) -> list[_Partial]:
    """List the mappings of one type worth considering, by dynamic programming over the set of gold templates taken."""
    theirs = [j for j, one in enumerate(gold) if one.type == name]
    states: dict[frozenset[int], list[_Partial]] = {frozenset(): [_Partial()]}
    for i in (i for i, one in enumerate(predicted) if one.type == name):
        gains = {j: total_credit(_pair(predicted[i], gold[j], roles)) for j in theirs}
        following: dict[frozenset[int], list[_Partial]] = {}
        for taken, partials in states.items():
            for j in (*(j for j in theirs if j not in taken), len(gold)):
                gain, after = gains.get(j, Credit()), taken | {j} - {len(gold)}
                following.setdefault(after, []).extend(
                    _Partial(one.right + gain.right, one.found + gain.found, (*one.pairs, (i, j))) for one in partials
                )
        states = {taken: _undominated(partials) for taken, partials in following.items()}
    return _undominated([one for partials in states.values() for one in partials])


def _undominated(partials: Sequence[_Partial]) -> list[_Partial]:
    """Keep those that none surpasses in one numerator and equals in the other; of equals, the first by its pairs."""
    kept: list[_Partial] = []
    for one in sorted(partials, key=lambda one: (-one.right, -one.found, one.pairs)):
        if not kept or one.found > kept[-1].found:
            kept.append(one)
    return kept


def _joined(choice: Sequence[_Partial]) -> _Mapping:
    pairs = sorted(pair for one in choice for pair in one.pairs)
    return tuple(j for _, j in pairs)


def _f1(choice: Sequence[_Partial], n_predicted: int, n_gold: int) -> float:
    right, found = sum(one.right for one in choice), sum(one.found for one in choice)
    return 2 * right * found / (right * n_gold + found * n_predicted) if right and found else 0.0
