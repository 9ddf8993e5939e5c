from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.corpora.sizes import size_table

DATA = Path(__file__).parents[1] / "data"
CARDS = {"fnc1": "fnc1_standoff", "satp": "satp_standoff", "general_news": "general_news"}


def test_the_table_counts_articles_words_events_and_participants() -> None:
    ruiz, gang = GoldEntity("victim", ("Ruiz",)), GoldEntity("perpetrator_individual", ("gang",))
    events = (GoldEvent("robbery", (ruiz, gang), main=True), GoldEvent("arson", (gang,)))
    splits = {"train": [Article("a", "A gang robbed Ruiz.", events), Article("b", "Rain.")], "dev": []}
    table = size_table(splits, event_types=("robbery", "bombing"), roles=("victim", "perpetrator_individual"))
    assert table.splitlines() == [
        "| count | train | dev |",
        "|---|---|---|",
        "| articles | 2 | 0 |",
        "| words | 5 | 0 |",
        "| articles with an event | 1 | 0 |",
        "| articles with a main event | 1 | 0 |",
        "| events | 2 | 0 |",
        "| events, robbery | 1 | 0 |",
        "| events, bombing | 0 | 0 |",
        "| participants, victim | 1 | 0 |",
        "| participants, perpetrator_individual | 2 | 0 |",
    ]


@pytest.mark.parametrize(("folder", "card"), CARDS.items())
def test_the_card_of_annotations_counts_what_is_shipped(folder: str, card: str) -> None:
    if not DATA.is_dir():
        pytest.skip("the annotations are part of the source tree only")
    text = (DATA / "cards" / f"{card}.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([^|]+) \| ([\d,| ]+) \|$", text, re.MULTILINE))
    splits = [split for split in ("train", "dev") if (DATA / "annotations" / folder / f"{split}.jsonl").is_file()]
    for column, split in enumerate(splits):
        path = DATA / "annotations" / folder / f"{split}.jsonl"
        records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        events = [event for record in records for event in record["events"]]
        types = Counter(event["type"] for event in events)
        shown = {name: int(cells.split(" | ")[column].replace(",", "")) for name, cells in rows.items()}
        assert shown["articles"] == len(records)
        assert shown["articles with an event"] == sum(bool(record["events"]) for record in records)
        assert shown["events"] == len(events)
        assert {name: shown[f"events, {name}"] for name in types} == types
        assert shown["participants, victim"] == sum(len(event["victims"]) for event in events)
