"""What is measured, each in a process of its own so that memory is its own: whodid, and the pipelines written instead.

    python benchmarks/systems.py '{"system": "whodid", ...}'      # called by throughput.py; prints one line of JSON

The pipelines are Hugging Face's for token and for text classification, as their documentation shows them, on encoders
of the size of BERT-base. Their weights are random: it is their speed that counts here.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NEWSWIRE = Path(__file__).parents[1] / "data" / "newswire" / "test.jsonl"
BYTES = 5 * 10**6
"""Of the longest article that is tried."""


def articles(count: int, *, words: int = 0, seed: int = 0) -> Iterator[str]:
    """Repeat the newswire's test articles in random order; with `words`, each cut or put together to that many."""
    texts = [json.loads(line)["text"] for line in NEWSWIRE.read_text(encoding="utf-8").splitlines()]
    draw = random.Random(seed)
    for _ in range(count):
        text = draw.choice(texts)
        if words:
            parts = text.split()
            while len(parts) < words:
                parts += draw.choice(texts).split()
            text = " ".join(parts[:words])
        yield text


def long_article(size: int = BYTES, *, seed: int = 0) -> str:
    """Put newswire together to one article of `size` bytes."""
    stream, parts, length = articles(10**9, seed=seed), [], 0
    while length < size:
        parts.append(next(stream))
        length += len(parts[-1].encode()) + 2
    return "\n\n".join(parts).encode()[:size].decode(errors="ignore")


@dataclass
class Timed:
    """An engine with a clock: CPU seconds in the network, pieces that went through, and their arithmetic."""

    engine: Any
    encoder: dict[str, Any]
    cpu: float = 0.0
    operations: float = 0.0
    pieces_computed: int = 0

    def __post_init__(self) -> None:
        """Look like the engine."""
        self.pieces, self.sorts, self._lock = self.engine.pieces, self.engine.sorts, threading.Lock()

    def __call__(self, batch: Any) -> Any:
        """Compute, and count."""
        start = time.thread_time()
        result = self.engine(batch)
        spent = time.thread_time() - start
        with self._lock:
            self.cpu += spent
            self.pieces_computed += sum(batch.lengths)
            self.operations += sum(arithmetic(self.encoder, length) for length in batch.lengths)
        return result


def arithmetic(encoder: dict[str, Any], pieces: int) -> float:
    """Count the operations in the products of one window: a multiplication and an addition are two."""
    width, inner, layers = encoder["hidden_size"], encoder["intermediate_size"], encoder["num_hidden_layers"]
    weights = 4 * width * width + 2 * width * inner
    return 2.0 * layers * pieces * (weights + 2 * pieces * width)


def whodid_system(task: dict[str, Any]) -> dict[str, Any]:
    """Read articles as `whodid predict` does, to the JSON line of each; time what the network takes of it."""
    start = time.perf_counter()
    import whodid

    model = whodid.load(task.get("model"), dtype=task.get("dtype", "auto"), threads=task.get("threads"))
    next(model.predict_many(["A bomb exploded in the village."]))
    ready = time.perf_counter() - start
    timed = Timed(model._reader._engine, dict(model.config.encoder))
    model._reader._engine = timed
    texts = _texts(task)
    start, cpu = time.perf_counter(), time.process_time()
    first, read, lines = 0.0, 0, 0
    for prediction in model.predict_many(texts):
        lines += len(json.dumps(prediction.to_dict(), ensure_ascii=False))
        first = first or time.perf_counter() - start
        read += 1
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    pieces = sum(len(model._prepare(text).tokens) for text in _texts(task))
    return {
        "dtype": model.dtype,
        "threads": model.threads,
        "ready_s": ready,
        "first_s": first,
        "seconds": seconds,
        "cpu_s": cpu,
        "network_cpu_s": timed.cpu,
        "articles": read,
        "pieces": pieces,
        "pieces_computed": timed.pieces_computed,
        "operations": timed.operations,
        "bytes_written": lines,
        "peak_mib": _peak_mib(),
    }


def pipelines_system(task: dict[str, Any]) -> dict[str, Any]:
    """Read articles with a pair of pipelines: default settings, float32, cut at 512 pieces."""
    start = time.perf_counter()
    import torch
    from transformers import (
        BertConfig,
        BertForSequenceClassification,
        BertForTokenClassification,
        PreTrainedTokenizerFast,
        pipeline,
    )

    from whodid.folder import default_folder

    torch.manual_seed(task["seed"])
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    file = Path(task.get("model") or default_folder()) / "tokenizer.json"
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(file), model_max_length=512, **names)
    config = {"vocab_size": len(tokenizer), "num_labels": 8}
    spans = pipeline("token-classification", BertForTokenClassification(BertConfig(**config)), tokenizer=tokenizer)
    types = pipeline("text-classification", BertForSequenceClassification(BertConfig(**config)), tokenizer=tokenizer)
    spans("A bomb exploded in the village."), types("A bomb exploded in the village.", truncation=True)
    ready = time.perf_counter() - start
    texts = list(_texts(task))
    start, first = time.perf_counter(), 0.0
    for text in texts:
        spans(text)
        types(text, truncation=True)
        first = first or time.perf_counter() - start
    seconds = time.perf_counter() - start
    lengths = [len(tokenizer(text, truncation=True)["input_ids"]) for text in texts]
    one = BertConfig(**config).to_dict()
    return {
        "dtype": "float32",
        "threads": torch.get_num_threads(),
        "ready_s": ready,
        "first_s": first,
        "seconds": seconds,
        "articles": len(texts),
        "pieces": sum(lengths) - 2 * len(texts),
        "pieces_computed": 2 * sum(lengths),
        "operations": 2 * sum(arithmetic(one, length) for length in lengths),
        "peak_mib": _peak_mib(),
    }


def peaks_system(task: dict[str, Any]) -> dict[str, Any]:
    """Measure how fast matrices are multiplied."""
    from machine import gemm_peaks

    return dict(gemm_peaks(task["seconds"]))


def _texts(task: dict[str, Any]) -> Iterator[str]:
    if task.get("bytes"):
        return iter([long_article(task["bytes"], seed=task["seed"])])
    return articles(task["articles"], words=task.get("words", 0), seed=task["seed"])


def _peak_mib() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


SYSTEMS = {"whodid": whodid_system, "pipelines": pipelines_system, "peaks": peaks_system}

if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    print(json.dumps(SYSTEMS[given["system"]](given)))
