from __future__ import annotations

from pathlib import Path

import pytest

from whodid.errors import DataError
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.corpora.muc4 import load_muc4, parse_texts, role_fillers, to_event
from whodid_training.corpora.muc4_keys import SLOT_NAMES, Fill, Template, parse_fill, parse_keys

TEXTS = """
DEV-MUC3-9001 (SITE)

   QUITO, 1 APR 90 -- [TEXT] ARMED MEN OF THE RED FRONT [RF] SHOT MAYOR
ANA RUIZ AND TWO GUARDS.  A NON-
COMMISSIONED OFFICER FLED.

   "THE BLUE HOUSE" BURNED.


DEV-MUC3-9002 (SITE)

   NOTHING HAPPENED.
"""


def key(message: str, number: str = "1", *, column: int = 36, **fills: str) -> str:
    """Write a template whose values start in `column`; slots are named by their numbers, s4="ATTACK"."""
    values = {0: message, 1: number, **{int(slot[1:]): value for slot, value in fills.items()}}
    lines = []
    for slot, name in enumerate(SLOT_NAMES):
        first, *rest = values.get(slot, "*" if number == "*" else "-").split("\n")
        lines += [f"{slot}.".ljust(4) + name.ljust(column - 4) + first, *(" " * column + line for line in rest)]
    return "\n".join(lines) + "\n"


def corpus(folder: Path, keys: str, texts: str = TEXTS, part: str = "dev", prefix: str = "dev-muc3-9001-9002") -> Path:
    (folder / part).mkdir(parents=True)
    (folder / part / prefix).write_text(texts, encoding="ascii")
    (folder / part / f"key-{part}-9001").write_text(keys, encoding="ascii")
    return folder


def only(keys: str) -> Template:
    (template,) = parse_keys(keys, where="key-file")
    return template


# --- texts


def test_messages_are_split_at_their_headers_and_unwrapped_into_paragraphs() -> None:
    (first, text), (second, _) = parse_texts(TEXTS, where="texts")
    assert (first, second) == ("DEV-MUC3-9001", "DEV-MUC3-9002")
    assert text.split("\n\n") == [
        "QUITO, 1 APR 90 -- [TEXT] ARMED MEN OF THE RED FRONT [RF] SHOT MAYOR ANA RUIZ AND TWO GUARDS. "
        "A NON-COMMISSIONED OFFICER FLED.",
        '"THE BLUE HOUSE" BURNED.',
    ]


def test_headers_of_the_test_halves_have_no_site() -> None:
    content = "TST1-MUC3-9001\n\n   ONE.\n\nTST2-MUC4-9002\n\n   TWO.\n"
    assert parse_texts(content, where="texts") == (("TST1-MUC3-9001", "ONE."), ("TST2-MUC4-9002", "TWO."))


def test_text_before_the_first_header_is_an_error() -> None:
    with pytest.raises(DataError, match="'STRAY LINE' stands before the first header"):
        parse_texts("STRAY LINE\n\nTST1-MUC3-9001\n\n   ONE.\n", where="texts")


# --- keys


@pytest.mark.parametrize(
    ("value", "fill"),
    [
        ('"ARMED MEN"', Fill(("ARMED MEN",))),
        ('"ARMED MEN" / "MEN"', Fill(("ARMED MEN", "MEN"))),
        ('"ARMED MEN"/"MEN"', Fill(("ARMED MEN", "MEN"))),
        ('? "ARMED MEN"', Fill(("ARMED MEN",), optional=True)),
        ('?"ARMED MEN"', Fill(("ARMED MEN",), optional=True)),
        (r'"\"BLUE\" HOUSE" / "HOUSE"', Fill(('"BLUE" HOUSE', "HOUSE"))),
        ('"A/B ROAD"', Fill(("A/B ROAD",))),
        ('"U.S.  EMBASSY"', Fill(("U.S. EMBASSY",))),
        ('"MAYOR" / "LEADER": "ANA RUIZ"', Fill(("MAYOR", "LEADER"), of=("ANA RUIZ",))),
        ('? ("MAYOR" / "LEADER"): "ANA RUIZ"', Fill(("MAYOR", "LEADER"), of=("ANA RUIZ",), optional=True)),
        ('CIVILIAN: "ANA RUIZ" / "RUIZ"', Fill(("CIVILIAN",), of=("ANA RUIZ", "RUIZ"))),
        ("BOMBING / ATTACK", Fill(("BOMBING", "ATTACK"))),
        ("PERU: LIMA (CITY): CENTRO (NEIGHBORHOOD)", Fill(("PERU: LIMA (CITY): CENTRO (NEIGHBORHOOD)",))),
        ("ARMED MEN", Fill(("ARMED MEN",))),
        ('ARMED MEN"', Fill(("ARMED MEN",))),
        ("-", None),
        ("*", None),
        ('-: "ANA RUIZ"', None),
    ],
)
def test_a_fill_is_read_with_its_alternatives_reference_and_doubt(value: str, fill: Fill | None) -> None:
    assert parse_fill(value) == fill


@pytest.mark.parametrize("column", [33, 36, 41])
def test_the_column_of_the_values_may_differ_between_files(column: int) -> None:
    template = only(key("DEV-MUC3-9001 (SITE)", column=column, s4="ATTACK", s9='"ARMED MEN"\n? "DRIVER"'))
    assert template.slots["PERP: INDIVIDUAL ID"] == (Fill(("ARMED MEN",)), Fill(("DRIVER",), optional=True))
    assert template.slots["HUM TGT: NAME"] == ()


def test_a_template_knows_its_message_number_doubt_type_and_stage() -> None:
    template = only(key("DEV-MUC3-9001 (SITE, OTHER)", "3 (OPTIONAL)", s4="ARSON", s5="ATTEMPTED / THREATENED"))
    assert (template.id, template.number, template.optional) == ("DEV-MUC3-9001", 3, True)
    assert (template.type, template.stage) == ("ARSON", "ATTEMPTED")


def test_a_message_without_incidents_has_one_template_that_says_so() -> None:
    template = only(key("DEV-MUC3-9002", "*"))
    assert (template.number, template.type, template.stage) == (None, None, None)


def test_comments_are_skipped_and_templates_need_no_blank_line_between_them() -> None:
    keys = ";; first\n" + key("DEV-MUC3-9001", "1", s4="ATTACK") + " ; second\n" + key("DEV-MUC3-9001", "2", s4="ARSON")
    assert [template.type for template in parse_keys(keys, where="key-file")] == ["ATTACK", "ARSON"]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("STRAY\n", "key-file, line 1: 'STRAY' is neither a slot"),
        (key("DEV-MUC3-9001").replace("HUM TGT: NAME", "HUM TGT: NOME"), "is neither a slot"),
        ("0.  MESSAGE: ID    DEV-MUC3-9001\n", "has no slot 'MESSAGE: TEMPLATE'"),
        (key("NUMBER ONE"), "message id 'NUMBER ONE' does not look like"),
        (key("DEV-MUC3-9001", "FIRST"), "DEV-MUC3-9001 has template 'FIRST'"),
    ],
)
def test_a_broken_key_file_is_refused_with_what_was_found(keys: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        parse_keys(keys, where="key-file")


# --- from a template to an event


def test_slots_become_roles() -> None:
    template = only(
        key(
            "DEV-MUC3-9001",
            s4="ATTACK",
            s6='"RIFLE"',
            s9='"ARMED MEN" / "MEN"',
            s10='"RED FRONT" / "RF"',
            s12='"BLUE HOUSE"',
            s18='"ANA RUIZ"',
            s19='"MAYOR": "ANA RUIZ"\n"GUARDS"',
        )
    )
    assert to_event(template) == GoldEvent(
        "attack",
        (
            GoldEntity("perpetrator_individual", ("ARMED MEN", "MEN")),
            GoldEntity("perpetrator_organization", ("RED FRONT", "RF")),
            GoldEntity("victim", ("ANA RUIZ",), named=True),
            GoldEntity("victim", ("MAYOR",), named=False),
            GoldEntity("victim", ("GUARDS",), named=False),
            GoldEntity("target", ("BLUE HOUSE",)),
            GoldEntity("weapon", ("RIFLE",)),
        ),
    )


def test_the_description_of_a_named_victim_is_left_out_where_it_repeats_another_victim() -> None:
    template = only(
        key(
            "DEV-MUC3-9001",
            s4="ATTACK",
            s18='"ANA RUIZ"\n"LUZ RUIZ"',
            s19='"PRIESTS" / "FATHERS"\n"PRIESTS": "ANA RUIZ"\n"MAYOR": "ANA RUIZ"\n"MAYOR": "LUZ RUIZ"',
        )
    )
    unnamed = [entity.mentions for entity in to_event(template).entities if not entity.named]
    assert unnamed == [("PRIESTS", "FATHERS"), ("MAYOR",)]


@pytest.mark.parametrize(
    ("published", "ours"),
    [
        ("BOMBING / ATTACK", "bombing"),
        ("HIJACKING", "kidnapping"),
        ("FORCED WORK STOPPAGE", "forced_work_stoppage"),
    ],
)
def test_incident_types_map_to_the_ontology(published: str, ours: str) -> None:
    assert to_event(only(key("DEV-MUC3-9001", s4=published))).type == ours


def test_an_unknown_incident_type_is_an_error() -> None:
    with pytest.raises(DataError, match="template 1: incident type 'PICNIC' is unknown; allowed: 'ATTACK'"):
        to_event(only(key("DEV-MUC3-9001", s4="PICNIC")))


# --- role fillers


def article(*events: tuple[GoldEntity, ...], text: str = "MEN AND ARMED MEN SHOT ANA RUIZ AND GUARDS") -> Article:
    return Article("a", text, tuple(GoldEvent("attack", entities) for entities in events))


def perpetrator(*mentions: str) -> GoldEntity:
    return GoldEntity("perpetrator_individual", mentions)


def test_fillers_of_two_events_are_one_if_the_mentions_of_either_contain_those_of_the_other() -> None:
    wide, narrow = perpetrator("ARMED MEN", "MEN"), perpetrator("men")
    assert role_fillers(article((wide,), (narrow,)))["perpetrator_individual"] == [("ARMED MEN", "MEN")]
    assert role_fillers(article((narrow,), (wide,)))["perpetrator_individual"] == [("men",)]


def test_fillers_that_only_overlap_stay_two() -> None:
    one, other = perpetrator("ARMED MEN", "MEN"), perpetrator("MEN", "GUARDS")
    assert len(role_fillers(article((one,), (other,)))["perpetrator_individual"]) == 2


def test_mentions_that_are_not_in_the_text_go_after_merging() -> None:
    absent, partly = perpetrator("PILOTS"), perpetrator("MEN", "PILOTS")
    assert role_fillers(article((absent,), (partly,)))["perpetrator_individual"] == []
    assert role_fillers(article((partly,)))["perpetrator_individual"] == [("MEN",)]


def test_only_named_victims_are_scored() -> None:
    named = GoldEntity("victim", ("ANA RUIZ",), named=True)
    described = GoldEntity("victim", ("GUARDS",), named=False)
    fillers = role_fillers(article((described, named)))
    assert fillers["victim"] == [("ANA RUIZ",)]
    assert fillers["weapon"] == []


# --- files


def test_a_split_is_loaded_with_optional_templates_and_empty_messages(tmp_path: Path) -> None:
    keys = (
        key("DEV-MUC3-9001 (SITE)", "1", s4="ATTACK / BOMBING", s9='"ARMED MEN"', s18='"ANA RUIZ"')
        + "\n"
        + key("DEV-MUC3-9001 (SITE)", "2 (OPTIONAL)", s4="ARSON", s5="THREATENED", s12='? "BLUE HOUSE"')
        + "\n"
        + key("DEV-MUC3-9002 (SITE)", "*")
    )
    loaded = load_muc4(corpus(tmp_path, keys), "train")
    assert [(a.id, [event.type for event in a.events]) for a in loaded.articles] == [
        ("DEV-MUC3-9001", ["attack", "arson"]),
        ("DEV-MUC3-9002", []),
    ]
    assert dict(loaded.dropped) == {"incident types after the first alternative": 1}


def test_the_development_split_is_read_from_both_released_folders(tmp_path: Path) -> None:
    for part, name, message in (("tst1", "tst1-muc3", "TST1-MUC3-9001"), ("tst2", "tst2-muc4", "TST2-MUC4-9001")):
        corpus(tmp_path, key(message, "*"), texts=f"{message}\n\n   ONE.\n", part=part, prefix=name)
    assert [a.id for a in load_muc4(tmp_path, "dev").articles] == ["TST1-MUC3-9001", "TST2-MUC4-9001"]


def test_a_message_without_a_key_is_dropped_and_counted(tmp_path: Path) -> None:
    loaded = load_muc4(corpus(tmp_path, key("DEV-MUC3-9002", "*")), "train")
    assert [a.id for a in loaded.articles] == ["DEV-MUC3-9002"]
    assert dict(loaded.dropped) == {"messages without an answer key": 1}


def test_keys_without_their_message_or_given_twice_are_errors(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the keys have 'DEV-MUC3-9009', but no text does"):
        load_muc4(corpus(tmp_path / "a", key("DEV-MUC3-9009", "*")), "train")
    with pytest.raises(DataError, match="'DEV-MUC3-9001, template 1' comes twice"):
        load_muc4(corpus(tmp_path / "b", key("DEV-MUC3-9001", s4="ARSON") * 2), "train")
