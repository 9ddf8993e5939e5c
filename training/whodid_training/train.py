"""The training run: corpora and a recipe in, a model folder out. It can be interrupted at any moment and resumed."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from whodid.decisions import Decisions
from whodid.errors import DataError
from whodid.folder import ModelConfig, ModelFolder
from whodid.model import Model, SpecialTokens
from whodid.network import Network
from whodid.ontology import DEFAULT, Ontology
from whodid_training.batches import BatchMaker, batches, epoch_order, sample_epoch
from whodid_training.corpora.registry import corpus_for, load_corpus
from whodid_training.develop import DevelopmentSet
from whodid_training.encoders import StartingEncoder
from whodid_training.examples import Marked, build_examples
from whodid_training.fit import evaluate_all, fit_decisions, fit_in_full, rehearse, score_all
from whodid_training.loss import LossWeights, masked_losses
from whodid_training.precision import autocast
from whodid_training.recipe import Recipe
from whodid_training.start import begin, new_network, to_mix_in
from whodid_training.state import Position, RunningAverage, load_checkpoint, optimizer_for, save_checkpoint

__all__ = ["Progress", "Run", "Trained", "load_ontology", "mark", "train_model"]

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """What a run reports after each step."""

    epoch: int
    """Epoch under way, from 0."""
    step: int
    """Steps done in it."""
    steps: int
    """Steps that it has."""
    loss: float
    """Of this step."""


@dataclass(frozen=True)
class Run:
    """Where a run keeps its things and whom it tells."""

    folder: Path
    """Checkpoint, cache and log go here."""
    device: torch.device
    """Where the network is trained."""
    on_step: Callable[[Progress], None] = lambda _: None
    """Called after every step."""


@dataclass(frozen=True)
class Trained:
    """What a finished run leaves in memory."""

    folder: ModelFolder
    """Averaged weights, with thresholds fitted on development data (one half where there is none)."""
    metrics: Mapping[str, Any]
    """Figures on the development data, what was lost in alignment, and how long it took."""


def train_model(
    recipe: Recipe,
    marked: Sequence[Marked],
    development: Sequence[DevelopmentSet],
    run: Run,
    *,
    ontology: Ontology = DEFAULT,
) -> Trained:
    """Train a model, or go on where an interrupted run with the same folder stopped.

    Args:
        recipe: hyperparameters.
        marked: the training articles, corpus by corpus.
        development: what thresholds are fitted on; may be empty.
        run: folder, device and listener.
        ontology: event types and roles to learn.

    Raises:
        DataError: there are no articles, the encoder cannot be loaded, a share of it cannot be mixed in, or a
            checkpoint does not fit the recipe.
        ModelFolderError: the recipe's windows do not fit the encoder.
    """
    if not any(part.articles for part in marked):
        raise DataError("there is no article to train on; check the corpora and splits of the recipe")
    run.folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    start = begin(recipe, ontology)
    ModelConfig(start.config, recipe.window_size, recipe.window_overlap, {})  # refuses windows now, not after hours
    network = new_network(start, ontology).to(run.device)
    first = to_mix_in(start, network.state_dict().keys(), recipe.start_share)  # refuses a share now, too
    rows, lost = build_examples(marked, tokenizer=start.tokenizer, ontology=ontology, cache=run.folder / "cache")
    _LOG.info("%d articles; mention strings that could not be aligned: %s", len(rows), dict(lost) or "none")
    average = RunningAverage(network, recipe.average)
    seconds = _fit(network, average, rows, start, recipe, run, development, ontology)
    average.mix(first, recipe.start_share)
    model = _model(average, start, recipe, ontology, run.device)
    rehearsals = rehearse(model, development)
    fitted = fit_in_full(model, rehearsals)
    metrics = {
        "development": evaluate_all(model, rehearsals, fitted.decisions, seed=recipe.seed),
        "cross_validated": fitted.cross_validated,
        "articles": {part.corpus: len(part.articles) for part in marked},
        "lost_mentions": dict(lost),
        "start_fingerprint": start.fingerprint,
        "training_minutes": round(seconds / 60, 1),
        "device": _device_name(run.device),
    }
    return Trained(_folder(average, start, recipe, ontology, fitted.decisions), metrics)


def mark(corpora: Mapping[str, float], *, root: Path, ontology: Ontology = DEFAULT) -> list[Marked]:
    """Load the training splits of corpora of the registry, for a model with this ontology."""
    found = []
    for name in corpora:
        row = corpus_for(name, ontology=ontology)
        loaded = load_corpus(name, root=root, split="train", ontology=ontology)
        if loaded.dropped:
            _LOG.info("%s: left out: %s", name, dict(loaded.dropped))
        found.append(Marked(name, loaded.articles, frozenset(row.event_types), frozenset(row.roles), row.mixed_case))
    return found


def load_ontology(path: Path | None) -> Ontology:
    """Read an ontology file, or take the default one.

    Raises:
        DataError: the file cannot be read.
    """
    if path is None:
        return DEFAULT
    try:
        return Ontology.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, json.JSONDecodeError) as error:
        raise DataError(f"no ontology can be read from {path}: {error}") from error


def _fit(
    network: Network,
    average: RunningAverage,
    rows: Any,
    start: StartingEncoder,
    recipe: Recipe,
    run: Run,
    development: Sequence[DevelopmentSet],
    ontology: Ontology,
) -> float:
    """Run all epochs; return the seconds spent, over all interruptions."""
    optimizer = optimizer_for(
        network,
        learning_rate=recipe.learning_rate,
        head_learning_rate=recipe.head_learning_rate,
        weight_decay=recipe.weight_decay,
    )
    maker = BatchMaker(
        SpecialTokens.of(start.tokenizer),
        recipe.window_size,
        recipe.window_overlap,
        len(ontology.roles),
        recipe.uppercase_share,
        recipe.mask_share,
    )
    plans = _plan_epochs(rows, maker, recipe)
    schedule = _schedule(sum(map(len, plans)), recipe)
    checkpoint = run.folder / "checkpoint.pt"
    state: dict[str, Any] = {
        "network": network,
        "average": average,
        "optimizer": optimizer,
        "recipe": recipe.to_dict(),
        "inputs": {"the articles": rows.info.description, "the model in `start`": start.fingerprint},
    }
    position = load_checkpoint(checkpoint, **state) if checkpoint.is_file() else Position(0, 0, 0, 0.0)
    began = saved = time.monotonic()
    spent = position.seconds

    def save(epoch: int, step: int, total: int) -> None:
        nonlocal saved
        saved = time.monotonic()
        save_checkpoint(checkpoint, position=Position(epoch, step, total, spent + saved - began), **state)

    total = position.total
    for epoch in range(position.epoch, recipe.epochs):
        first = position.step if epoch == position.epoch else 0
        steps = batches(plans[epoch], rows, maker, seed=recipe.seed, epoch=epoch, first=first)
        for number, batch in enumerate(steps, start=first + 1):
            loss = _step(network, optimizer, batch.to(run.device), schedule(total), recipe)
            total += 1
            average.update(network, steps=total)
            run.on_step(Progress(epoch, number, len(plans[epoch]), loss))
            if time.monotonic() - saved > 60 * recipe.checkpoint_minutes:
                save(epoch, number, total)
        save(epoch + 1, 0, total)
        if development and (epoch + 1) % recipe.evaluate_every == 0 and epoch + 1 < recipe.epochs:
            _evaluate(_model(average, start, recipe, ontology, run.device), development, run, epoch=epoch + 1)
    return spent + time.monotonic() - began


def _step(network: Network, optimizer: torch.optim.Optimizer, batch: Any, factor: float, recipe: Recipe) -> float:
    """Take one optimizer step; return its loss."""
    weights = LossWeights(
        types=recipe.type_weight,
        links=recipe.link_weight,
        names=recipe.name_weight,
        incidents=recipe.incident_weight,
        entities=recipe.entity_weight,
        mains=recipe.main_weight,
    )
    network.train()
    with autocast(batch.ids.device):
        scores = network(batch.ids, batch.shapes, batch.mask)
    loss = masked_losses(scores, batch, network.incident_distance).total(weights)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(network.parameters(), recipe.clip)
    for group in optimizer.param_groups:
        group["lr"] = group.setdefault("peak", group["lr"]) * factor
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return float(loss.detach())


def _plan_epochs(rows: Any, maker: BatchMaker, recipe: Recipe) -> list[list[list[int]]]:
    lengths = [len(ids) for ids in rows["ids"]]
    costs = [maker.cost(length) for length in lengths]
    rates = [
        (recipe.corpora.get(corpus, 1.0) if length else 0.0) * (1.0 if 1 in types else recipe.eventless_share)
        for corpus, types, length in zip(rows["corpus"], rows["types"], lengths, strict=True)
    ]
    return [
        epoch_order(
            sample_epoch(rates, seed=recipe.seed, epoch=epoch),
            costs,
            budget=recipe.batch_pieces,
            seed=recipe.seed,
            epoch=epoch,
        )
        for epoch in range(recipe.epochs)
    ]


def _schedule(steps: int, recipe: Recipe) -> Callable[[int], float]:
    """Learning rate as a share of its peak: up, then down to zero, both in straight lines."""
    rise = max(1, round(recipe.warmup * steps))
    return lambda step: min((step + 1) / rise, max(0.0, (steps - step) / max(1, steps - rise)))


def _evaluate(model: Model, development: Sequence[DevelopmentSet], run: Run, *, epoch: int) -> None:
    rehearsals = rehearse(model, development)
    scores = score_all(model, rehearsals, fit_decisions(model, rehearsals))
    entry = {"epoch": epoch, **{one.corpus: one.to_dict() for one in scores}}
    with (run.folder / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(entry) + "\n")
    for one in scores:
        _LOG.info(
            "after epoch %d, %s: roles F1 %.3f, event types F1 %.3f, event F1 %.3f",
            epoch, one.corpus, one.roles.micro.f1, one.event_types.micro.f1, one.event_types.event.f1,
        )  # fmt: skip


def _folder(
    average: RunningAverage, start: StartingEncoder, recipe: Recipe, ontology: Ontology, decisions: Decisions
) -> ModelFolder:
    import safetensors  # noqa: PLC0415 - only for their versions
    import tokenizers  # noqa: PLC0415
    import transformers  # noqa: PLC0415

    libraries = (torch, transformers, tokenizers, safetensors)
    versions = {library.__name__: str(library.__version__) for library in libraries}
    config = ModelConfig(start.config, recipe.window_size, recipe.window_overlap, versions)
    stored = {name: tensor.half().float() for name, tensor in average.weights.items()}  # measured as they are written
    return ModelFolder(config, ontology, decisions, start.tokenizer, stored)


def _model(
    average: RunningAverage, start: StartingEncoder, recipe: Recipe, ontology: Ontology, device: torch.device
) -> Model:
    folder = _folder(average, start, recipe, ontology, Decisions.neutral(ontology))
    return Model(folder, device=str(device), dtype="float32")  # thresholds fitted on it hold for every machine


def _device_name(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"CPU, {torch.get_num_threads()} threads, {torch.backends.cpu.get_cpu_capability()}"
