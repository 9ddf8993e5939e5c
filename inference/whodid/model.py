"""A loaded model: texts in, predictions out.

Articles stream through in groups: each group's windows are sorted by length and scored in batches, then every article
is put together again and leaves in the order in which it came. Memory depends on the group, not on the archive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from whodid.assemble import assemble
from whodid.decisions import Decisions, check_preference
from whodid.decode import ArticleScores
from whodid.errors import CorruptWeightsError, InputTypeError
from whodid.folder import ModelConfig, ModelFolder, default_folder, read_folder
from whodid.network import Network, NetworkShape
from whodid.ontology import Ontology
from whodid.tokens import SPECIAL_SHAPE, Tokens, tokenize
from whodid.types import Prediction
from whodid.windows import Window, plan

__all__ = ["Model", "Reading", "SpecialTokens"]

_BATCHES_PER_GROUP = 8
"""More gives batches of more equal length and a later first result; eight loses 2 % to padding on news."""


@dataclass(frozen=True, slots=True)
class SpecialTokens:
    """What a tokenizer puts around a text, fills up with, and hides a piece behind."""

    prefix: tuple[int, ...]
    suffix: tuple[int, ...]
    padding: int
    mask: int = 0

    @classmethod
    def of(cls, tokenizer: Tokenizer) -> SpecialTokens:
        """Ask the tokenizer by example."""
        encoding = tokenizer.encode("a", add_special_tokens=True)
        text = [index for index, special in enumerate(encoding.special_tokens_mask) if not special]
        padding, mask = (
            next((i for name in names if (i := tokenizer.token_to_id(name)) is not None), 0)
            for names in (("[PAD]", "<pad>"), ("[MASK]", "<mask>", "[UNK]", "<unk>"))
        )
        return cls(tuple(encoding.ids[: text[0]]), tuple(encoding.ids[text[-1] + 1 :]), padding, mask)

    @property
    def count(self) -> int:
        """How many of a window's pieces they take."""
        return len(self.prefix) + len(self.suffix)


@dataclass(frozen=True, slots=True)
class Reading:
    """An article that has been read but not yet judged: its scores, to which thresholds can be applied at will."""

    text: str
    """As given."""
    tokens: Tokens
    """Its word pieces."""
    windows: tuple[Window, ...]
    """In which it was read."""
    scores: ArticleScores
    """Of its words and event types."""


class Model:
    """The network of one model folder with its tokenizer, ontology and thresholds; made by `whodid.load`."""

    def __init__(self, folder: ModelFolder, *, device: str | None = None, prefer: str = "balanced") -> None:
        self.config: ModelConfig = folder.config
        self.ontology: Ontology = folder.ontology
        self.decisions: Decisions = folder.decisions.preferring(prefer)
        self.fingerprint: str = folder.fingerprint if prefer == "balanced" else f"{folder.fingerprint}-{prefer}"
        self.device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        self._tokenizer = folder.tokenizer
        self._special = SpecialTokens.of(folder.tokenizer)
        self._network = _network(folder).to(self.device).eval()

    @classmethod
    def load(cls, path: str | Path | None = None, *, device: str | None = None, prefer: str = "balanced") -> Model:
        """Load a model folder; see `whodid.load`."""
        check_preference(prefer)
        return cls(read_folder(default_folder() if path is None else Path(path)), device=device, prefer=prefer)

    def predict(self, text: str) -> Prediction:
        """Read one article of any length.

        Raises:
            InputTypeError: `text` is not a string.
        """
        return next(self.predict_many([text]))

    def predict_many(self, texts: Iterable[str], *, batch_size: int = 32) -> Iterator[Prediction]:
        """Read articles one after the other, in order, with constant memory.

        Args:
            texts: articles of any length; consumed as the predictions are.
            batch_size: windows that go through the network at once. It changes speed and memory, not answers.

        Raises:
            InputTypeError: a text is not a string, or all of `texts` is a single one.
            ValueError: `batch_size` is below 1.
        """
        if isinstance(texts, str):
            raise InputTypeError("predict_many takes many texts, got one string. Call predict(text) for a single one")
        if batch_size < 1:
            raise ValueError(f"batch_size is {batch_size}; it must be at least 1")
        return map(self.decide, self.read_many(texts, batch_size=batch_size))

    def read_many(self, texts: Iterable[str], *, batch_size: int = 32) -> Iterator[Reading]:
        """Score articles without deciding anything; `decide` does the rest. Order, memory and errors as above."""
        group: list[Reading] = []
        waiting = 0
        for text in texts:
            group.append(self._prepare(text))
            waiting += max(1, len(group[-1].windows))
            if waiting >= batch_size * _BATCHES_PER_GROUP:
                self._score(group, batch_size)
                yield from group
                group, waiting = [], 0
        self._score(group, batch_size)
        yield from group

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
        if not isinstance(text, str):
            raise InputTypeError(f"a text must be a string, got {type(text).__name__}: {text!r:.80}")
        tokens = tokenize(text, self._tokenizer)
        size = self.config.window_size - self._special.count
        windows = plan(len(tokens), size=size, overlap=self.config.window_overlap)
        words, roles, types = len(tokens.first_pieces), len(self.ontology.roles), len(self.ontology.event_types)
        scores = ArticleScores(
            roles=np.zeros((words, roles, 3), np.float32),
            event_types=np.full(types, -np.inf, np.float32),
            links=np.zeros((words, roles, types), np.float32),
            names=np.zeros(words, np.float32),
        )
        return Reading(text, tokens, windows, scores)

    def _score(self, group: Sequence[Reading], batch_size: int) -> None:
        jobs = [(article, window) for article in group for window in article.windows]
        jobs.sort(key=lambda job: job[1].stop - job[1].start)
        for first in range(0, len(jobs), batch_size):
            self._score_batch(jobs[first : first + batch_size])

    @torch.inference_mode()
    def _score_batch(self, jobs: Sequence[tuple[Reading, Window]]) -> None:
        """Run a batch of windows and write what each of them answers for into its article's scores."""
        prefix, suffix, padding = self._special.prefix, self._special.suffix, self._special.padding
        longest = max(window.stop - window.start for _, window in jobs) + self._special.count
        ids = np.full((len(jobs), longest), padding, np.int64)
        shapes = np.full((len(jobs), longest), SPECIAL_SHAPE, np.int64)
        mask = np.zeros((len(jobs), longest), bool)
        for row, (article, window) in enumerate(jobs):
            pieces = slice(window.start, window.stop)
            read = [*prefix, *article.tokens.ids[pieces], *suffix]
            ids[row, : len(read)] = read
            mask[row, : len(read)] = True
            shapes[row, len(prefix) : len(prefix) + window.stop - window.start] = article.tokens.shapes[pieces]
        scores = self._network(
            torch.from_numpy(ids).to(self.device),
            torch.from_numpy(shapes).to(self.device),
            None if mask.all() else torch.from_numpy(mask).to(self.device),
        )
        roles, event_types, links, names = (part.cpu().numpy() for part in scores)
        for row, (article, window) in enumerate(jobs):
            first = article.tokens.first_pieces
            words = np.flatnonzero((first >= window.keep_start) & (first < window.keep_stop))
            columns = first[words] - window.start + len(prefix)
            article.scores.roles[words] = roles[row, columns]
            article.scores.links[words] = links[row, columns]
            article.scores.names[words] = names[row, columns]
            np.maximum(article.scores.event_types, event_types[row], out=article.scores.event_types)


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
