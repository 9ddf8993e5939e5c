"""Archives on a cluster: the same rows as `whodid.archive`, read, predicted and written by Ray Data.

    >>> import whodid.ray
    >>> whodid.ray.predict_archive(["/shared/news"], output="/shared/events")  # doctest: +SKIP

Ray spreads the work, does again what was lost with a node, and keeps the checkpoint; nothing of that is done here. What
is here: `choices` (how to load the model and to cut the work), `entries` (rows as Arrow tables), `stages` (reading,
predicting and writing, as Ray Data sees them), `work` (what stands on disk, and whether it is complete), and `runner`.
Importing this needs no Ray; a run does: `pip install "whodid[ray]"`.
"""

from __future__ import annotations

from whodid.ray.choices import Cut, ModelChoice
from whodid.ray.runner import ENGINE, predict_archive

__all__ = ["ENGINE", "Cut", "ModelChoice", "predict_archive"]
