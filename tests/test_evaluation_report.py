"""Evaluation and its reports: figures with intervals, reproducible, readable, self-contained and escaped."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from whodid.types import Prediction
from whodid_training.article import Article
from whodid_training.evaluation.baselines.floors import run_floors
from whodid_training.evaluation.convention import convention_for
from whodid_training.evaluation.evaluation import Evaluation, Setting, System, evaluate
from whodid_training.evaluation.figures import HEADLINE
from whodid_training.evaluation.report import markdown
from whodid_training.evaluation.report_html import page
from whodid_training.evaluation.results import Results
from whodid_training.evaluation.sections import document
from whodid_training.gold import read_gold
from whodid_training.metrics.confusion import confusion

SAMPLES = Path(__file__).parents[1] / "data" / "samples" / "gold.jsonl"
HOSTILE = '<script src="https://evil.example/x.js"></script>|[x](y) `a`'

ELSEWHERE = ("templates", "ceaf_rme", "victim_names", "linked")
APPLYING = [figure for figure in HEADLINE if not figure.name.startswith(ELSEWHERE)]
"""Figures of the samples: annotated in full, none with one event only."""

Oracle = Callable[[Article], Prediction]


def evaluated(predictions: list[Prediction], name: str = "model", *, seed: int = 0) -> Evaluation:
    articles = read_gold(SAMPLES)
    setting = Setting("samples", len(articles), convention_for(None), seed=seed, resamples=100)
    return evaluate(articles, predictions, setting=setting, system=System(name, "a test"))


@pytest.fixture(scope="module")
def perfect(oracle: Oracle) -> Evaluation:
    return evaluated([oracle(article) for article in read_gold(SAMPLES)])


@pytest.fixture(scope="module")
def results(perfect: Evaluation) -> Results:
    articles = read_gold(SAMPLES)
    floors = run_floors(articles, convention=perfect.setting.convention, train=articles, seed=0)
    baselines = tuple(evaluated(list(floor.predictions), floor.system.name) for floor in floors)
    return Results(perfect, baselines, ("Something was left out.",))


def test_every_headline_figure_lies_in_its_interval_except_noisy_calibration(results: Results) -> None:
    for one in results.systems:
        for measured in one.figures:
            if not measured.figure.less_is_better:
                assert measured.interval.low <= measured.interval.estimate <= measured.interval.high


def test_metrics_json_says_what_was_scored_and_how(results: Results) -> None:
    written = json.loads(json.dumps(results.to_dict(), allow_nan=False))
    assert (written["documents"], written["seed"], written["resamples"]) == (14, 0, 100)
    assert (written["corpus"], written["split"], written["articles"]) == (None, None, "samples")
    assert written["system"] == {"name": "model", "about": "a test", "fingerprint": None, "seconds": None}
    assert set(written["figures"]) == {figure.name for figure in APPLYING}
    assert written["grouping"]["b_cubed"]["victim"]["recall"] > 0.9
    assert written["templates"] == {}
    assert written["selective"]["event_or_not"]["points"][7] == {"coverage": 0.8, "accuracy": 1.0, "risk": 0.0}
    assert written["figures"]["types_f1"] == {"estimate": 1.0, "low": 1.0, "high": 1.0, "support": 30}
    assert [one["system"]["name"] for one in written["baselines"]] == ["nothing", "keywords", "TF-IDF"]
    assert written["event_types"]["bombing"]["gold"] == 3  # articles on Mali, Pakistan and Sweden
    assert written["calibration"]["types"]["brier"] == 0.0
    assert written["recall_by_position"]["by_role"]["boundary"] == 512


def test_the_same_seed_gives_the_same_figures_and_another_seed_other_intervals(results: Results) -> None:
    articles = read_gold(SAMPLES)
    keywords = run_floors(articles, convention=convention_for(None), train=None, seed=0)[1].predictions
    one, again, other = (evaluated(list(keywords), seed=seed).to_dict() for seed in (1, 1, 2))
    assert one == again
    assert one["figures"]["types_f1"]["estimate"] == other["figures"]["types_f1"]["estimate"]
    assert one["figures"] != other["figures"]


def test_confusion_sets_a_missed_type_against_those_reported_wrongly_in_the_same_article() -> None:
    table = confusion([{"attack"}, set()], [{"arson"}, {"arson"}], types=("attack", "arson"))
    assert (table.of("arson", "attack"), table.of("arson", "none"), table.of("none", "attack")) == (1, 1, 0)


def test_markdown_has_a_row_for_every_figure_and_baselines_beside_it(results: Results) -> None:
    text = markdown(document(results))
    assert text.startswith("# Evaluation of model on samples\n\n14 articles.")
    assert "| figure | model | nothing | keywords | TF-IDF | items |" in text
    row = next(line for line in text.splitlines() if line.startswith("| all types together (micro): F1 |"))
    assert row.split(" | ")[1:3] == ["100.0 [100.0, 100.0]", "0.0 [0.0, 0.0]"]
    assert all(f"| {figure.label} |" in text for figure in APPLYING)
    assert "- Something was left out." in text


def test_every_table_row_has_as_many_cells_as_its_head(results: Results) -> None:
    widths = [
        {len(re.split(r"(?<!\\)\|", line)) for line in block.splitlines()}
        for block in markdown(document(results)).split("\n\n")
        if block.startswith("|")
    ]
    assert len(widths) > 6
    assert all(len(width) == 1 for width in widths)


class Page(HTMLParser):
    """Tags and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_asks_nobody_for_anything(results: Results) -> None:
    text = page(document(results))
    tags = Page(text).tags
    assert not {"script", "link", "img", "iframe", "object", "image", "use"} & {tag for tag, _ in tags}
    for _, attributes in tags:
        assert not {"src", "srcset", "xlink:href", "style", "onload", "onclick"} & set(attributes)
        assert (attributes.get("href") or "#").startswith("#")
    assert "http" not in re.sub(r'http-equiv="Content-Security-Policy"', "", text)
    assert "url(" not in text
    assert "@import" not in text
    assert "default-src 'none'" in text


def test_the_page_draws_for_light_and_dark_and_says_what_it_draws(results: Results) -> None:
    text = page(document(results))
    assert "prefers-color-scheme: dark" in text
    drawings = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(drawings) == 5
    for drawing in drawings:
        assert ElementTree.fromstring(drawing).attrib["aria-label"]


def test_markup_in_names_and_notes_is_escaped(perfect: Evaluation) -> None:
    setting = Setting(HOSTILE, 14, perfect.setting.convention, resamples=100)
    hostile = evaluate(
        read_gold(SAMPLES),
        list(run_floors(read_gold(SAMPLES), convention=setting.convention, train=None, seed=0)[0].predictions),
        setting=setting,
        system=System(HOSTILE, HOSTILE),
    )
    report = document(Results(hostile, (perfect,), (HOSTILE,)))
    text = page(report)
    assert "<script" not in text
    assert "&lt;script" in text
    assert not [tag for tag, attributes in Page(text).tags if "evil" in str(attributes.get("src"))]
    assert all(ElementTree.fromstring(drawing) is not None for drawing in re.findall(r"<svg.*?</svg>", text, re.DOTALL))
    plain = markdown(report)
    assert "<script" not in plain.replace(r"\<script", "")
    assert r"[x\](y) \`a\`" in plain


@pytest.mark.parametrize(("split", "words"), [("train", "learn from"), ("dev", "fitted"), ("test", "look at it once")])
def test_the_report_says_which_split_it_is_and_what_that_means(perfect: Evaluation, split: str, words: str) -> None:
    setting = Setting(f"muc4, split {split}", 14, perfect.setting.convention, "muc4", split, resamples=100)
    answers = run_floors(read_gold(SAMPLES), convention=setting.convention, train=None, seed=0)[0].predictions
    one = evaluate(read_gold(SAMPLES), answers, setting=setting, system=System("model", "a test"))
    text = markdown(document(Results(one)))
    assert f"split {split}" in text.splitlines()[0]
    assert words in text
