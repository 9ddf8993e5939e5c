from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from whodid.errors import DataError
from whodid_training.article import Article, GoldEntity
from whodid_training.corpora.detokenize import detokenize
from whodid_training.corpora.nouns import bare_phrase, kind_of
from whodid_training.corpora.wikievents import find, load_wikievents
from whodid_training.corpora.wikievents_roles import Argument, Event, event_type, role_of

TOKENS = (
    "Two men set off a bomb in Old Town , police said . Ana Ruiz was killed . Nobody knows why . "
    "Mayor Luz Ruiz - Paz praised Ruiz ."
)


def event(kind: str, trigger: str, **arguments: str) -> dict[str, Any]:
    return {
        "event_type": kind,
        "trigger": {"start_idx": 0, "end_idx": 1, "text": trigger},
        "arguments": [{"role": role, "text": text} for role, text in arguments.items()],
    }


def write(folder: Path, *events: dict[str, Any], tokens: str = TOKENS, names: tuple[str, ...] = ()) -> Path:
    record = {"docid": "d1", "tokens": tokens.split(), "sentences": [], "event_mentions": list(events)}
    coreference = {"doc_key": "d1", "clusters": [], "informative_mentions": list(names)}
    (folder / "train.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    (folder / "coref_train.jsonlines").write_text(json.dumps(coreference) + "\n", encoding="utf-8")
    return folder


def only(folder: Path) -> Article:
    (article,) = load_wikievents(folder, "train").articles
    return article


def sure(article: Article) -> str:
    """Return the text with its unsure parts as dots."""
    text = list(article.text)
    for start, end in article.unsure:
        text[start:end] = "." * (end - start)
    return "".join(text)


# --- text


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        ("The mayor ' s office , he said .", "The mayor's office, he said."),
        ("It wasn ’ t the U . S . Army .", "It wasn’t the U.S. Army."),
        ("the workers ' union", "the workers' union"),
        ('" Get out ! " she said .', '"Get out!" she said.'),
        ("“ No , ” he said ( twice ) .", "“No,” he said (twice)."),
        ("a car - bomb attack on May 4 - the first", "a car-bomb attack on May 4 - the first"),
        ("She 's here , is n't she ?", "She's here, isn't she?"),
        ("$ 1.5 million", "$1.5 million"),
    ],
)
def test_tokens_are_joined_as_they_were_printed(tokens: str, text: str) -> None:
    joined, offsets = detokenize(tokens.split())
    assert joined == text
    assert [joined[start:end] for start, end in offsets] == tokens.split()


def test_a_published_string_that_lost_its_last_letter_is_found() -> None:
    assert find("set of", ["They", "set", "off"]) == [(1, 3)]
    assert find("kil", ["to", "kill", "or", "kill"]) == [(1, 2), (3, 4)]
    assert find("bomb", ["bombs"]) == []


# --- nouns


def test_nouns_say_what_a_phrase_denotes_where_they_can() -> None:
    phrases = ("suicide bombers", "members of the Red Front", "security forces", "police station", "car bomb", "Ruiz")
    assert [kind_of(phrase) for phrase in phrases] == ["people", None, "force", "thing", "weapon", None]


@pytest.mark.parametrize(
    ("phrase", "left"),
    [
        ("by the two unidentified gunmen who fled", "unidentified gunmen"),
        ("Colonel Juan Perez , 40", "Juan Perez"),
        ("with a rifle", "rifle"),
        ("a farmer in the north", "farmer"),
        ("Ana and Luz Ruiz", None),
        ("some of the men", "men"),
        ("members of the Red Front", None),
        ("him", None),
    ],
)
def test_a_phrase_is_cut_as_the_guidelines_cut_it(phrase: str, left: str | None) -> None:
    span = bare_phrase(phrase)
    assert (span and phrase[slice(*span)]) == left


# --- types and roles


def test_the_means_tell_a_bombing_from_another_attack() -> None:
    blast = Event("Conflict.Attack", "explosion", ())
    device = Event("Conflict.Attack", "attack", (Argument("ExplosiveDevice", "bomb"),))
    shots = Event("Conflict.Attack", "shot", ())
    vague = Event("Life.Die", "killed", ())
    arrest = Event("Justice.ArrestJailDetain", "arrested", ())
    assert [event_type(one, (one,)) for one in (blast, device, shots, vague, arrest)] == [
        "bombing",
        "bombing",
        "attack",
        "attack",
        None,
    ]
    assert event_type(vague, (blast, vague)) == "bombing"


@pytest.mark.parametrize(
    ("role", "text", "played"),
    [
        ("Attacker", "gunmen", "perpetrator_individual"),
        ("Attacker", "police", "perpetrator_organization"),
        ("Attacker", "IRA", "perpetrator_organization"),
        ("Attacker", "IED", None),
        ("Attacker", "Red Army", "perpetrator_organization"),
        ("Attacker", "Ruiz", None),
        ("Attacker", "Ana Paz", "perpetrator_individual"),
        ("Target", "soldiers", "victim"),
        ("Target", "embassy", "target"),
        ("Target", "police", None),
        ("Place", "embassy", None),
    ],
)
def test_an_attacker_or_target_plays_the_role_of_what_it_is(role: str, text: str, played: str | None) -> None:
    argument = Argument(role, text)
    assert role_of(argument, Event("Conflict.Attack", "attack", (argument,)), people=frozenset({"Paz"})) == played


# --- documents


def test_arguments_become_entities_of_one_event_per_type(tmp_path: Path) -> None:
    bombing = event("Conflict.Attack", "set of", Attacker="men", ExplosiveDevice="bomb")
    article = only(write(tmp_path, bombing, event("Life.Die", "killed", Victim="Ana Ruiz")))
    (found,) = article.events
    assert found.type == "bombing"
    assert found.entities == (
        GoldEntity("perpetrator_individual", ("men",), named=False, spans=((4, 7),)),
        GoldEntity("weapon", ("bomb",), named=False, spans=((18, 22),)),
        GoldEntity("victim", ("Ana Ruiz",), named=True),
    )


def test_only_sentences_that_tell_of_an_event_are_known_and_not_their_nouns_for_participants(tmp_path: Path) -> None:
    article = only(write(tmp_path, event("Conflict.Attack", "set of", Attacker="men", ExplosiveDevice="bomb")))
    told = article.text.index(" Ana Ruiz was")
    assert sure(article)[:told] == "Two.....set off a......in Old.....,........said."
    assert set(sure(article)[told:]) == {"."}


def test_a_pronoun_is_left_out_and_the_names_of_its_sentence_become_unsure(tmp_path: Path) -> None:
    folder = write(tmp_path, event("Life.Die", "killed", Victim="he"), tokens="Near Paz he was killed .")
    assert sure(only(folder)) == ".........he was killed."
    assert load_wikievents(folder, "train").dropped == {"arguments that are pronouns or numbers": 1}


def test_a_full_name_counts_for_a_short_one_and_a_head_within_a_phrase_is_unsure(tmp_path: Path) -> None:
    tokens = "Ana Ruiz - Paz fled . Masked men shot Paz . Paz died ."
    shooting = event("Conflict.Attack", "shot", Attacker="men")
    article = only(
        write(tmp_path, shooting, event("Life.Die", "died", Victim="Paz"), tokens=tokens, names=("Ana Ruiz-Paz", "Paz"))
    )
    assert article.events[0].entities == (GoldEntity("victim", ("Paz",), named=True),)
    article = only(write(tmp_path, event("Life.Die", "died", Victim="Paz"), tokens=tokens, names=("Luz Paz",)))
    assert article.events[0].entities == (GoldEntity("victim", ("Paz",), named=True),)
    tokens = tokens.replace(" - Paz", "").replace("Paz", "Ruiz")
    article = only(write(tmp_path, event("Life.Die", "died", Victim="Ruiz"), tokens=tokens, names=("Ana Ruiz",)))
    assert article.events[0].entities == (GoldEntity("victim", ("Ana Ruiz", "Ruiz"), named=True),)


def test_the_trigger_is_the_occurrence_that_is_nearest_to_the_arguments(tmp_path: Path) -> None:
    tokens = "Many were killed before . It was long ago . A man shot and killed two guards ."
    article = only(write(tmp_path, event("Life.Die", "killed", Victim="guards"), tokens=tokens))
    assert sure(article)[:42] == "." * 42
    assert article.text[42:] == "A man shot and killed two guards."


def test_documents_without_a_violent_event_are_left_out_and_counted(tmp_path: Path) -> None:
    loaded = load_wikievents(write(tmp_path, event("Contact.Contact", "said")), "train")
    assert loaded.articles == ()
    assert loaded.dropped == {"documents without an attack, a death or an injury": 1}


def test_broken_files_are_refused_with_what_is_wrong(tmp_path: Path) -> None:
    write(tmp_path, {"event_type": "Life.Die"})
    with pytest.raises(DataError, match="line 1: an event has 'event_type', 'trigger' with 'text'"):
        load_wikievents(tmp_path, "train")
    (tmp_path / "coref_train.jsonlines").write_text('{"doc_key": "d2", "informative_mentions": []}\n', encoding="utf-8")
    with pytest.raises(DataError, match="document 'd1' is not in the coreference file"):
        load_wikievents(tmp_path, "train")
    (tmp_path / "coref_train.jsonlines").write_text('{"doc_key": "d1"}\n', encoding="utf-8")
    with pytest.raises(DataError, match="'informative_mentions' is None; it is a list"):
        load_wikievents(tmp_path, "train")
