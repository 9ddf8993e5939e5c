"""What is minimised: seven losses over what the corpora know, each an average, added with the recipe's weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from whodid.incidents import distance_bucket
from whodid.network import Scores
from whodid_training.batches import Batch
from whodid_training.examples import IGNORE

__all__ = ["UNKNOWN", "LossWeights", "Losses", "article_evidence", "masked_losses"]

UNKNOWN = -1.0
"""Log-odds of two words being of one participant, if their vectors say nothing: about one pair in four is."""

_MOST_COMPARED = 2000
"""Words of an article that are compared with each other: only lists of names have more, and room is its square."""

_Compared = tuple[Tensor, Tensor, Tensor]


@dataclass(frozen=True, slots=True)
class LossWeights:
    """How much each loss counts; the role loss counts 1."""

    types: float
    links: float
    names: float
    incidents: float
    entities: float
    mains: float


@dataclass(frozen=True)
class Losses:
    """The losses of one batch, scalars."""

    roles: Tensor
    """Cross-entropy of the tags, summed over roles, averaged over labelled words."""
    types: Tensor
    """Binary cross-entropy of the event types, averaged over known (article, type) pairs."""
    links: Tensor
    """Binary cross-entropy of the types of event that a participant belongs to, averaged over words of mentions."""
    names: Tensor
    """Binary cross-entropy of being a proper name, averaged over words of mentions where it is known."""
    incidents: Tensor
    """Binary cross-entropy of two mentions being of one incident, averaged over an article's pairs, then articles."""
    entities: Tensor
    """Binary cross-entropy of two different words being of one participant, averaged likewise."""
    mains: Tensor
    """Binary cross-entropy of the type of the main event, averaged over known (article, type) pairs."""

    def total(self, weights: LossWeights) -> Tensor:
        """Weighted sum."""
        total = self.roles
        for part in ("types", "links", "names", "incidents", "entities", "mains"):
            total = total + getattr(weights, part) * getattr(self, part)
        return total


def masked_losses(scores: Scores, batch: Batch, distance: Tensor) -> Losses:
    """Compute the losses of a batch; labels that are `IGNORE` have no part in them.

    Args:
        scores: of the batch's windows.
        batch: the labels.
        distance: `Network.incident_distance`.
    """
    roles = scores.roles.shape[2]
    labelled = (batch.tags != IGNORE).sum()
    tag_loss = functional.cross_entropy(
        scores.roles.flatten(0, 2), batch.tags.flatten(), ignore_index=IGNORE, reduction="sum"
    )
    evidence = article_evidence(scores.event_types, batch.article, articles=len(batch.types))
    mains = article_evidence(scores.mains, batch.article, articles=len(batch.types))
    known = batch.links != IGNORE
    bits = torch.arange(scores.links.shape[-1], device=batch.links.device)
    link_targets = (batch.links[known][:, None] >> bits) & 1
    return Losses(
        roles=tag_loss * roles / labelled.clamp(min=1),
        types=_binary(evidence[batch.types != IGNORE], batch.types[batch.types != IGNORE]),
        links=_binary(scores.links[known], link_targets),
        names=_binary(scores.names[batch.names != IGNORE], batch.names[batch.names != IGNORE]),
        incidents=_incident_loss(scores.incidents, batch, distance),
        entities=_entity_loss(scores.entities, batch),
        mains=_binary(mains[batch.mains != IGNORE], batch.mains[batch.mains != IGNORE]),
    )


def _incident_loss(vectors: Tensor, batch: Batch, distance: Tensor) -> Tensor:
    """Compare all mentions of an article that take part in events of one type: the question that is asked later."""
    known = batch.incidents != IGNORE
    incidents, links, chosen = batch.incidents[known], batch.links[known], vectors[known]
    window, piece, _ = known.nonzero(as_tuple=True)
    positions = batch.positions[window, piece]

    def compare(one: Tensor) -> _Compared:
        apart = (positions[one, None] - positions[one]).abs()
        buckets = torch.from_numpy(distance_bucket(apart.cpu().numpy())).to(distance.device)
        together = (incidents[one, None] & incidents[one]) != 0
        return chosen[one] @ chosen[one].T + distance[buckets], together, (links[one, None] & links[one]) != 0

    return _over_pairs(compare, batch.article[window], vectors)


def _entity_loss(vectors: Tensor, batch: Batch) -> Tensor:
    """Compare the words of all mentions that an article has of a role, but words with themselves elsewhere.

    The same words are one participant by rule, and would be most of what is learned. Words go by their first pieces.
    """
    window, piece, role = (batch.entities != IGNORE).nonzero(as_tuple=True)
    entity, word, chosen = batch.entities[window, piece, role], batch.ids[window, piece], vectors[window, piece]

    def compare(one: Tensor) -> _Compared:
        asked = (role[one, None] == role[one]) & (word[one, None] != word[one])
        return chosen[one] @ chosen[one].T + UNKNOWN, entity[one, None] == entity[one], asked

    return _over_pairs(compare, batch.article[window], vectors)


def _over_pairs(compare: Callable[[Tensor], _Compared], article: Tensor, vectors: Tensor) -> Tensor:
    """Binary cross-entropy, averaged over the pairs of an article, then over articles that have any.

    Args:
        compare: given indices of items, says for all pairs of them what they score, whether they belong together, and
            whether they are asked about: (items, items) each.
        article: of which an item is, (items,).
        vectors: in which nothing is learned where no pair is asked about.
    """
    costs = []
    for number in torch.unique(article):
        logits, targets, asked = compare((article == number).nonzero(as_tuple=True)[0][:_MOST_COMPARED])
        pairs = asked.triu(diagonal=1)
        if pairs.any():
            chosen = logits[pairs]
            costs.append(functional.binary_cross_entropy_with_logits(chosen, targets[pairs].to(chosen.dtype)))
    return torch.stack(costs).mean() if costs else vectors.sum() * 0.0


def article_evidence(windows: Tensor, article: Tensor, *, articles: int) -> Tensor:
    """Pool evidence over windows: an article reports an event if one of its windows does.

    Args:
        windows: evidence of each window, (windows, event types).
        article: which article each belongs to, (windows,).
        articles: how many articles there are.

    Returns:
        The maximum over each article's windows, (articles, event types).
    """
    empty = windows.new_full((articles, windows.shape[1]), -torch.inf)
    return empty.scatter_reduce(0, article[:, None].expand_as(windows), windows, "amax")


def _binary(logits: Tensor, targets: Tensor) -> Tensor:
    total = functional.binary_cross_entropy_with_logits(logits, targets.to(logits.dtype), reduction="sum")
    return total / max(1, targets.numel())
