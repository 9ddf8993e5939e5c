"""A loaded model: texts in, predictions out. How texts stream through the network is `whodid.reading`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import torch

from whodid.assemble import assemble
from whodid.candidates import Candidates
from whodid.decisions import Decisions, check_preference
from whodid.decode import ArticleScores
from whodid.engine import build
from whodid.engine.batch import SpecialTokens
from whodid.engine.threads import default_threads
from whodid.errors import CorruptWeightsError, InputTypeError
from whodid.folder import ModelConfig, ModelFolder, default_folder, read_folder
from whodid.network import ENTITY_SIZE, INCIDENT_SIZE, Network, NetworkShape
from whodid.ontology import Ontology
from whodid.reading import Reader, Reading, naming
from whodid.tokens import tokenize
from whodid.types import Prediction
from whodid.windows import plan

__all__ = ["Model", "Reading", "SpecialTokens"]


class Model:
    """The network of one model folder with its tokenizer, ontology and thresholds; made by `whodid.load`."""

    def __init__(
        self,
        folder: ModelFolder,
        *,
        device: str | None = None,
        dtype: str = "auto",
        threads: int | None = None,
        prefer: str = "balanced",
    ) -> None:
        if threads is not None and threads < 1:
            raise ValueError(f"threads is {threads}; it must be at least 1")
        self.config: ModelConfig = folder.config
        self.ontology: Ontology = folder.ontology
        self.decisions: Decisions = folder.decisions.preferring(prefer)
        self.fingerprint: str = folder.fingerprint if prefer == "balanced" else f"{folder.fingerprint}-{prefer}"
        self.device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        self._tokenizer = folder.tokenizer
        self._special = SpecialTokens.of(folder.tokenizer)
        self._network = _network(folder).to(self.device).eval()
        self._distance = self._network.incident_distance.detach().cpu().numpy()
        engine, self.dtype = build(
            self._network, folder.config.encoder, device=self.device, dtype=dtype, tokenizer=folder.tokenizer
        )
        self.threads: int = threads or (default_threads() if self.device.type == "cpu" else 1)
        self._reader = Reader(engine, self._prepare, self._special, threads=self.threads)

    @classmethod
    def load(
        cls,
        path: str | Path | None = None,
        *,
        device: str | None = None,
        dtype: str = "auto",
        threads: int | None = None,
        prefer: str = "balanced",
    ) -> Model:
        """Load a model folder; see `whodid.load`."""
        check_preference(prefer)
        folder = read_folder(default_folder() if path is None else Path(path))
        return cls(folder, device=device, dtype=dtype, threads=threads, prefer=prefer)

    def predict(self, text: str) -> Prediction:
        """Read one article of any length.

        Raises:
            InputTypeError: `text` is not a string.
        """
        return self.decide(self._reader.one(text))

    def predict_many(self, texts: Iterable[str], *, batch_size: int = 32) -> Iterator[Prediction]:
        """Read articles one after the other, in order, with constant memory.

        Args:
            texts: articles of any length; consumed as the predictions are.
            batch_size: windows that go through the network at once. It changes speed and memory, and answers by no more
                than rounding: not at all in float32, in bfloat16 a little where the processor computes a single window
                in another way than many.

        Raises:
            InputTypeError: a text is not a string, or all of `texts` is a single one.
            PredictionError: a text cannot be read; the message says which one.
            ValueError: `batch_size` is below 1.
        """
        if isinstance(texts, str):
            raise InputTypeError("predict_many takes many texts, got one string. Call predict(text) for a single one")
        if batch_size < 1:
            raise ValueError(f"batch_size is {batch_size}; it must be at least 1")
        readings = enumerate(self.read_many(texts, batch_size=batch_size))
        return (naming(self.decide, reading, index) for index, reading in readings)

    def read_many(self, texts: Iterable[str], *, batch_size: int = 32) -> Iterator[Reading]:
        """Score articles without deciding anything; `decide` does the rest. Order, memory and errors as above."""
        return self._reader.many(texts, batch_size)

    def decide(self, reading: Reading, *, decisions: Decisions | None = None) -> Prediction:
        """Judge an article that was read, with the model's own thresholds or with others."""
        return assemble(
            reading.text,
            reading.tokens,
            reading.scores,
            ontology=self.ontology,
            decisions=decisions or self.decisions,
            windows=len(reading.windows),
        )

    def _prepare(self, text: str) -> Reading:
        tokens = tokenize(text, self._tokenizer)
        size = self.config.window_size - self._special.count
        windows = plan(len(tokens), size=size, overlap=self.config.window_overlap)
        words, roles, types = len(tokens.first_pieces), len(self.ontology.roles), len(self.ontology.event_types)
        scores = ArticleScores(
            roles=np.zeros((words, roles, 3), np.float32),
            event_types=np.full(types, -np.inf, np.float32),
            links=Candidates(words, roles, types),
            names=np.zeros(words, np.float32),
            incidents=Candidates(words, roles, INCIDENT_SIZE),
            entities=Candidates(words, 1, ENTITY_SIZE),
            carried=np.zeros((words, types), np.float16),
            mains=np.full(types, -np.inf, np.float32),
            distance=self._distance,
        )
        return Reading(text, tokens, windows, scores)


def _network(folder: ModelFolder) -> Network:
    shape = NetworkShape(roles=len(folder.ontology.roles), event_types=len(folder.ontology.event_types))
    with torch.device("meta"):  # weights follow at once; drawing random ones first would double the loading time
        network = Network(folder.config.encoder, shape)
    if any(buffer.is_meta for buffer in network.buffers()):  # computed when made, and in no file; BERT has none
        with torch.random.fork_rng(devices=()):
            network = Network(folder.config.encoder, shape)
    try:
        network.load_state_dict(dict(folder.weights), assign=True)
    except RuntimeError as error:
        raise CorruptWeightsError(
            f"the weights do not fit config.json and ontology.json: {str(error)[:400]}. Copy the model folder again"
        ) from error
    return network
