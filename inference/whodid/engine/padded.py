"""Any encoder on any device: windows under each other, filled up to the longest and masked where they are."""

from __future__ import annotations

import torch

from whodid.engine.batch import Batch
from whodid.network import Network, Scores

__all__ = ["PaddedNetwork"]


class PaddedNetwork:
    """Scores batches of windows with the network as it was trained."""

    pieces = 2**14
    """Pieces in a batch, padding not counted."""
    sorts = True
    """Whether speed depends on the windows of a batch having like lengths."""

    def __init__(self, network: Network, *, device: torch.device, dtype: str, padding: int) -> None:
        self._network, self._device, self._padding = network, device, padding
        self._autocast = torch.autocast(device.type, torch.bfloat16, enabled=dtype == "bfloat16")

    @torch.inference_mode()
    def __call__(self, batch: Batch) -> list[Scores]:
        """Score windows.

        Returns:
            Scores of each window as numpy arrays, without the dimension of windows; behind its last piece they are of
            padding, and mean nothing.
        """
        ids, shapes, mask = (torch.from_numpy(part).to(self._device) for part in batch.padded(self._padding))
        with self._autocast:
            scores = self._network(ids, shapes, None if bool(mask.all()) else mask)
        parts = [part.float().cpu().numpy() for part in scores]
        return [Scores(*(part[row] for part in parts)) for row in range(len(batch.lengths))]
