"""Classification sets: a text and a 0 or 1 per label; what contradicts itself in training is left out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from whodid.errors import DataError
from whodid.ontology import Ontology
from whodid_training.corpora.classification import SETS, ClassificationSet, load_classification
from whodid_training.corpora.loaded import LoadedCorpus
from whodid_training.recipe import read_recipe

CONFIGS = Path(__file__).parents[1] / "training" / "configs"
TWO = ClassificationSet("two", "two", ("flood", "drought"))


def load(folder: Path, *lines: str, split: str = "train") -> LoadedCorpus:
    (folder / f"{split}.tsv").write_bytes("".join(lines).encode())
    return load_classification(TWO, folder, split)


def test_a_row_is_an_article_with_an_event_per_label(tmp_path: Path) -> None:
    loaded = load(tmp_path, "Rain fell.\t1\t0\n", "Sun.\t0\t0\n", "Both came.\t1\t1\n")
    assert [(a.id, a.text, [e.type for e in a.events]) for a in loaded.articles] == [
        ("two-train-0", "Rain fell.", ["flood"]),
        ("two-train-1", "Sun.", []),
        ("two-train-2", "Both came.", ["flood", "drought"]),
    ]
    assert not any(event.entities for article in loaded.articles for event in article.events)
    assert not loaded.dropped


def test_quotation_marks_of_the_file_and_other_line_ends_are_taken_off(tmp_path: Path) -> None:
    loaded = load(tmp_path, '"The ""great"" flood, "\t1\t0\r\n', '"Rain," she said.\t1\t0\r\n')
    assert [article.text for article in loaded.articles] == ['The "great" flood,', '"Rain," she said.']


def test_texts_that_come_again_are_learned_once_or_not_at_all(tmp_path: Path) -> None:
    rows = ("Rain.\t1\t0\n", "Rain.\t1\t0\n", "Sun.\t0\t1\n", "Sun.\t0\t0\n", "Sun.\t0\t1\n", ".\t0\t0\n")
    loaded = load(tmp_path, *rows)
    assert [article.id for article in loaded.articles] == ["two-train-0"]
    assert loaded.dropped == {
        "texts that another row has with the same labels": 1,
        "rows of texts that come with different labels": 3,
        "texts without a word": 1,
    }


def test_development_data_stays_as_published(tmp_path: Path) -> None:
    loaded = load(tmp_path, "Rain.\t1\t0\n", "Rain.\t0\t0\n", split="dev")
    assert [article.id for article in loaded.articles] == ["two-dev-0", "two-dev-1"]


@pytest.mark.parametrize("line", ["Rain.\t1\n", "Rain.\t1\t0\t0\n", "Rain.\t1\tyes\n"])
def test_a_row_without_a_digit_per_label_is_an_error(tmp_path: Path, line: str) -> None:
    with pytest.raises(DataError, match=r"train.tsv, line 2: .*each of the 2 labels flood, drought. Fetch"):
        load(tmp_path, "Rain fell.\t1\t0\n", line)


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("conflibert-*.toml")), ids=lambda path: path.stem)
def test_a_recipe_has_the_labels_of_its_set_in_order(path: Path) -> None:
    recipe = read_recipe(path)
    (name,) = recipe.corpora
    assert recipe.develop == (name,)
    labels = json.loads((CONFIGS.parents[1] / str(recipe.ontology)).read_text(encoding="utf-8"))
    ontology = Ontology.from_dict(labels)
    assert ontology.type_names == next(one.labels for one in SETS if one.name == name)
    assert ontology.roles == ()


def test_every_set_has_a_recipe() -> None:
    read = {name for path in CONFIGS.glob("conflibert-*.toml") for name in read_recipe(path).corpora}
    assert read == {one.name for one in SETS}
