from __future__ import annotations

import json
from pathlib import Path

import pytest

from whodid.errors import DataError
from whodid.ontology import DEFAULT, EventType, Ontology
from whodid_training.corpora import registry
from whodid_training.corpora.classification import SETS
from whodid_training.corpora.registry import CORPORA, Corpus, corpus_for, load_corpus

SET_NAMES = {one.name for one in SETS}
CARDS = Path(__file__).parents[1] / "data" / "cards"


def newswire(root: Path, *ids: str) -> None:
    (root / "newswire").mkdir()
    records = [{"id": key, "title": "Title", "text": "Text.", "events": []} for key in ids]
    (root / "newswire" / "dev.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")


def ids(name: str, root: Path) -> list[str]:
    return [article.id for article in load_corpus(name, root=root, split="dev").articles]


@pytest.mark.parametrize("corpus", CORPORA.values(), ids=list(CORPORA))
def test_a_row_names_only_types_and_roles_of_the_ontology_or_labels_of_its_own(corpus: Corpus) -> None:
    if corpus.name in SET_NAMES:  # and then no label is taken for one of the ontology
        assert corpus.event_types
        assert not set(corpus.event_types) & set(DEFAULT.type_names)
    else:
        assert set(corpus.event_types) <= set(DEFAULT.type_names)
    assert set(corpus.roles) <= set(DEFAULT.role_names)
    assert corpus.weight > 0


@pytest.mark.parametrize(
    "name",
    [
        "muc4",
        "hrdsattack",
        "fnc1",
        "fnc1_standoff",
        "general_news",
        "satp",
        "satp_standoff",
        "gvdb",
        "newswire",
        "wikievents",
        "negatives",
        "gvdb_names",
        "gun_violence_archive",
        "framenet",
        "framenet_texts",
        "causal_news",
        *sorted(SET_NAMES),
    ],
)
def test_a_published_corpus_has_a_card(name: str) -> None:
    if not CARDS.is_dir():
        pytest.skip("the cards are part of the source tree only")
    assert (CARDS / f"{name}.md").read_text(encoding="utf-8").startswith(f"# {name}: ")


def test_splits_are_those_that_may_be_trained_or_tuned_on() -> None:
    splits = {name: corpus.splits for name, corpus in CORPORA.items()}
    assert splits == {
        "muc4": ("train", "dev"),
        "hrdsattack": ("train", "dev"),
        "fnc1": ("train",),
        "fnc1_standoff": ("train",),
        "general_news": ("train", "dev"),
        "satp": ("train",),
        "satp_standoff": ("train",),
        "gvdb": ("train",),
        "newswire": ("train", "dev", "test"),
        "own": ("train", "dev", "test"),
        "wikievents": ("train",),
        "negatives": ("train",),
        "gvdb_names": ("train",),
        "gun_violence_archive": ("train",),
        "framenet": ("train",),
        "framenet_texts": ("train",),
        "causal_news": ("train",),
        **dict.fromkeys(SET_NAMES, ("train", "dev")),
    }


def test_a_corpus_is_loaded_from_its_folder_below_the_root(tmp_path: Path) -> None:
    newswire(tmp_path, "a", "b")
    loaded = load_corpus("newswire", root=tmp_path, split="dev")
    assert (loaded.name, loaded.split, [article.id for article in loaded.articles]) == ("newswire", "dev", ["a", "b"])


def test_the_newswire_is_found_in_a_checkout_if_it_is_not_below_the_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    newswire(tmp_path / "data", "of the checkout")
    monkeypatch.setattr(registry, "SOURCE_TREE", tmp_path)
    (elsewhere := tmp_path / "corpora").mkdir()
    assert ids("newswire", elsewhere) == ["of the checkout"]
    newswire(elsewhere, "below the root")
    assert ids("newswire", elsewhere) == ["below the root"]


def test_gold_files_of_ones_own_need_no_title_and_may_have_been_read_in_part(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    record = {"id": "a", "text": "Text. More.", "read_until": 5, "events": []}
    (tmp_path / "own" / "dev.jsonl").write_text(json.dumps(record), encoding="utf-8")
    (article,) = load_corpus("own", root=tmp_path, split="dev").articles
    assert (article.text, article.read_until) == ("Text. More.", 5)


def test_an_unknown_corpus_or_split_is_refused_with_what_is_allowed(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="corpus 'muc5' is unknown; allowed: 'muc4', 'hrdsattack'"):
        load_corpus("muc5", root=tmp_path, split="train")
    with pytest.raises(DataError, match="corpus 'muc4' has no split 'test'; allowed: 'train' or 'dev'"):
        load_corpus("muc4", root=tmp_path, split="test")


@pytest.mark.parametrize("corpus", CORPORA.values(), ids=list(CORPORA))
def test_a_missing_folder_is_named_with_how_to_get_the_corpus(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "SOURCE_TREE", tmp_path)
    with pytest.raises(DataError) as error:
        load_corpus(corpus.name, root=tmp_path, split="train")
    assert str(tmp_path / corpus.folder) in str(error.value)
    assert corpus.obtain in str(error.value)


@pytest.mark.parametrize("corpus", CORPORA.values(), ids=list(CORPORA))
def test_a_missing_file_is_named_with_how_to_get_the_corpus(corpus: Corpus, tmp_path: Path) -> None:
    folder = tmp_path / corpus.folder
    folder.mkdir(parents=True)
    with pytest.raises(DataError) as error:
        load_corpus(corpus.name, root=tmp_path, split="train")
    assert str(folder) in str(error.value)
    assert corpus.obtain in str(error.value)


def test_a_row_is_reduced_to_the_labels_that_are_learned() -> None:
    few = Ontology(DEFAULT.event_types[:3], DEFAULT.roles[2:3])
    row = corpus_for("muc4", ontology=few)
    assert (row.event_types, row.roles) == (("attack", "bombing", "kidnapping"), ("victim",))
    assert corpus_for("muc4") == CORPORA["muc4"]
    own = Ontology((EventType("match", "A game."),), ())
    row = corpus_for("own", ontology=own)
    assert (row.event_types, row.roles) == (("match",), ())


def test_a_corpus_that_marks_nothing_of_the_ontology_is_refused() -> None:
    with pytest.raises(DataError, match=r"'satp_relevant' marks armed_assault, .* has nothing; .*Name another file"):
        corpus_for("satp_relevant")


def test_own_gold_files_have_the_labels_of_the_ontology(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    record = {"id": "a", "text": "We won.", "events": [{"type": "match"}]}
    (tmp_path / "own" / "dev.jsonl").write_text(json.dumps(record), encoding="utf-8")
    own = Ontology((EventType("match", "A game."),), ())
    (article,) = load_corpus("own", root=tmp_path, split="dev", ontology=own).articles
    assert article.event_types == {"match"}
    with pytest.raises(DataError, match="type 'match' is unknown; allowed: 'attack'"):
        load_corpus("own", root=tmp_path, split="dev")


def test_an_id_that_comes_twice_is_an_error(tmp_path: Path) -> None:
    newswire(tmp_path, "a", "a")
    with pytest.raises(DataError, match="id 'a' comes twice"):
        load_corpus("newswire", root=tmp_path, split="dev")
