"""What is minimised: four losses over what the corpora know, each an average, added with the recipe's weights."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from whodid.network import Scores
from whodid_training.batches import Batch
from whodid_training.examples import IGNORE

__all__ = ["LossWeights", "Losses", "article_evidence", "masked_losses"]


@dataclass(frozen=True, slots=True)
class LossWeights:
    """How much each loss counts; the role loss counts 1."""

    types: float
    links: float
    names: float


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

    def total(self, weights: LossWeights) -> Tensor:
        """Weighted sum."""
        return self.roles + weights.types * self.types + weights.links * self.links + weights.names * self.names


def masked_losses(scores: Scores, batch: Batch) -> Losses:
    """Compute the losses of a batch; labels that are `IGNORE` have no part in them."""
    roles = scores.roles.shape[2]
    labelled = (batch.tags != IGNORE).sum()
    tag_loss = functional.cross_entropy(
        scores.roles.flatten(0, 2), batch.tags.flatten(), ignore_index=IGNORE, reduction="sum"
    )
    evidence = article_evidence(scores.event_types, batch.article, articles=len(batch.types))
    known = batch.links != IGNORE
    bits = torch.arange(scores.links.shape[-1], device=batch.links.device)
    link_targets = (batch.links[known][:, None] >> bits) & 1
    return Losses(
        roles=tag_loss * roles / labelled.clamp(min=1),
        types=_binary(evidence[batch.types != IGNORE], batch.types[batch.types != IGNORE]),
        links=_binary(scores.links[known], link_targets),
        names=_binary(scores.names[batch.names != IGNORE], batch.names[batch.names != IGNORE]),
    )


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
