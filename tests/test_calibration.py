"""From scores to probabilities: worked by hand."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from math import exp, log

import numpy as np
import pytest

from whodid.calibration import FEATURES, Calibration, Coreference, EntityModel, Line, entity_features, log_odds
from whodid.errors import ModelFolderError
from whodid.types import Entity, Mention


def entity(text: str, confidence: float, *, role: str = "victim", named: bool = False, mentions: int = 1) -> Entity:
    places = tuple(Mention(start, start + len(text), text) for start in range(mentions))
    return Entity(text, role, "victims", None, named, confidence, places)


def test_a_line_scales_and_shifts_evidence() -> None:
    line = Line(scale=2.0, offset=-1.0)
    assert line([0.5, 1.0]).tolist() == pytest.approx([0.5, 1 / (1 + exp(-1))])


def test_no_evidence_at_all_is_a_probability_of_zero() -> None:
    assert Line(scale=0.5, offset=3.0)([-np.inf]).tolist() == [0.0]


@pytest.mark.parametrize("numbers", [(0.0, 0.0), (-1.0, 0.0), (float("nan"), 0.0), (1.0, float("inf"))])
def test_a_line_that_does_not_rise_is_refused(numbers: tuple[float, float]) -> None:
    with pytest.raises(ModelFolderError, match="the scale must be above 0, both finite"):
        Line(*numbers)


def test_features_compare_an_entity_with_the_surer_ones_of_its_role() -> None:
    people = [
        entity("Ana Ruiz", 0.9, named=True, mentions=3),
        entity("the teacher Ruiz", 0.6),
        entity("villagers", 0.5),
        entity("Ruiz", 0.8, role="perpetrator_individual"),
    ]
    rows = [dict(zip(FEATURES, row, strict=True)) for row in entity_features(people).tolist()]
    assert rows[0] == pytest.approx(
        {"confidence": log(9), "mentions": log(3), "named": 1.0, "surer": 0.0, "shared": 0.0}
    )
    assert (rows[1]["surer"], rows[1]["shared"]) == (pytest.approx(log(2)), 1.0)  # Ana Ruiz is surer
    assert (rows[2]["surer"], rows[2]["shared"]) == (pytest.approx(log(3)), 0.0)
    assert (rows[3]["surer"], rows[3]["shared"]) == (0.0, 0.0)  # of another role than all others


def test_short_words_are_shared_by_chance() -> None:
    people = [entity("two men of the army", 0.9), entity("a man of the navy", 0.5)]
    assert entity_features(people)[1, FEATURES.index("shared")] == 0.0


def test_an_article_without_entities_has_no_features() -> None:
    assert entity_features([]).shape == (0, len(FEATURES))
    assert EntityModel()([]).tolist() == []


def test_without_fitted_numbers_probabilities_stay() -> None:
    people = [entity("Ana Ruiz", 0.9), entity("villagers", 0.3)]
    neutral = Calibration()
    assert neutral.entities(people).tolist() == pytest.approx([0.9, 0.3])
    assert neutral.of_links([[0.2, 0.7]]).tolist() == [pytest.approx([0.2, 0.7])]
    assert neutral.of_members([0.2, 0.7]).tolist() == pytest.approx([0.2, 0.7])
    assert neutral.of_types([0.0], ["arson"]) == {"arson": 0.5}


def test_what_is_seen_of_two_wordings_and_what_the_network_says_add_up() -> None:
    assert Coreference(seen=0.5, read=2.0, offset=-1.0)([4.0, 0.0], [1.0, -3.0]).tolist() == [3.0, -7.0]
    assert Coreference()(4.0, 100.0) == 4.0  # the network is not asked until it was found how far to trust it


def test_one_pair_never_says_more_than_many() -> None:
    assert Coreference(read=1.0)([0.0, 0.0], [900.0, -900.0]).tolist() == [8.0, -8.0]


@pytest.mark.parametrize("numbers", [{"seen": float("nan")}, {"read": -0.1}, {"seen": -0.1}, {"offset": float("inf")}])
def test_weights_of_coreference_that_mean_nothing_are_refused(numbers: dict[str, float]) -> None:
    with pytest.raises(ModelFolderError, match=f"coreference has {next(iter(numbers))} .*; all must be finite"):
        Coreference(**numbers)


def test_weights_and_the_role_decide() -> None:
    model = EntityModel(weights={"confidence": 0.5, "mentions": 1.0}, roles={"victim": -1.0})
    (found,) = model([entity("Ana Ruiz", 0.9, mentions=2)])
    assert log_odds(found) == pytest.approx(0.5 * log(9) + log(2) - 1.0)


def test_calibration_survives_json() -> None:
    calibration = Calibration({"arson": Line(0.5, 0.1)}, EntityModel({"surer": -0.3}, {"victim": 0.2}), Line(0.7, 0.0))
    assert Calibration.from_dict(json.loads(json.dumps(asdict(calibration)))) == calibration


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"links": {"slope": 1.0}}, "expected keys"),
        ({"event_types": {"arson": {"scale": 0.0, "offset": 0.0}}}, "scale 0.0"),
        ({"entities": {"weights": {"beauty": 1.0}, "roles": {}}}, r"weights for \['beauty'\]"),
        ({"entities": {"weights": {}, "roles": {"victim": float("nan")}}}, "nan for 'victim'"),
    ],
)
def test_unusable_calibration_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ModelFolderError, match=message):
        Calibration.from_dict({**asdict(Calibration()), **changes})


def test_probabilities_of_zero_and_one_have_finite_log_odds() -> None:
    assert np.isfinite(log_odds([0.0, 1.0])).all()
    assert np.isfinite(entity_features([replace(entity("Ruiz", 1.0), confidence=1.0)])).all()
