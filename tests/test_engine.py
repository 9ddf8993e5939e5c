from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from whodid.bert import BertConfig
from whodid.engine import build, floats, int8
from whodid.engine.attention import attend
from whodid.engine.batch import Batch
from whodid.engine.dtypes import Processor, choose, processor
from whodid.engine.packed import PackedBert
from whodid.engine.padded import PaddedNetwork
from whodid.engine.ranges import Range, Scale
from whodid.errors import DtypeError
from whodid.folder import ModelFolder, read_folder
from whodid.model import _network
from whodid.network import Network, Scores

HAS_INT8 = processor().int8 and int8.available()
needs_int8 = pytest.mark.skipif(not HAS_INT8, reason="this processor has no VNNI instructions")
ZEN4 = Processor("AuthenticAMD", frozenset({"avx512_bf16", "avx512_vnni"}))
ICE_LAKE = Processor("GenuineIntel", frozenset({"avx512_vnni"}))
SAPPHIRE_RAPIDS_WITHOUT_AMX = Processor("GenuineIntel", frozenset({"avx512_bf16", "avx512_vnni"}))
SAPPHIRE_RAPIDS = Processor("GenuineIntel", frozenset({"avx512_bf16", "avx512_vnni", "amx_bf16", "amx_int8"}))
HASWELL = Processor("GenuineIntel", frozenset({"avx2"}))
UNKNOWN = Processor("", frozenset())


@pytest.fixture(scope="module")
def folder(tiny_folder: Path) -> ModelFolder:
    return read_folder(tiny_folder)


@pytest.fixture(scope="module")
def network(folder: ModelFolder) -> Network:
    return _network(folder).eval()


def packed(folder: ModelFolder, network: Network, dtype: str) -> PackedBert:
    config = BertConfig.from_dict(folder.config.encoder)
    assert config is not None
    return PackedBert(network, config, dtype=dtype, tokenizer=folder.tokenizer)


def batch(*lengths: int, seed: int = 0) -> Batch:
    draw = np.random.default_rng(seed)
    total = sum(lengths)
    return Batch(draw.integers(4, 100, total), draw.integers(0, 9, total), lengths)


def part(whole: Batch, index: int) -> Batch:
    start = sum(whole.lengths[:index])
    kept = slice(start, start + whole.lengths[index])
    return Batch(whole.ids[kept], whole.shapes[kept], (whole.lengths[index],))


def reference(network: Network, whole: Batch, index: int) -> Scores:
    one = part(whole, index)
    with torch.inference_mode():
        scores = network(torch.from_numpy(one.ids)[None], torch.from_numpy(one.shapes)[None], None)
    return Scores(*(array[0].numpy() for array in scores))


def greatest_difference(left: Scores, right: Scores) -> float:
    return max(float(np.abs(a - b[: len(a)]).max()) for a, b in zip(left, right, strict=True))


@pytest.mark.parametrize(
    ("cpu", "auto"),
    [
        (ZEN4, "bfloat16"),
        (ICE_LAKE, "int8"),
        (SAPPHIRE_RAPIDS_WITHOUT_AMX, "int8"),
        (SAPPHIRE_RAPIDS, "bfloat16"),
        (HASWELL, "float32"),
        (UNKNOWN, "float32"),
    ],
)
def test_auto_takes_what_the_processor_is_fast_at(cpu: Processor, auto: str) -> None:
    assert choose("auto", device="cpu", bert=True, cpu=cpu) == auto
    assert choose("float32", device="cpu", bert=True, cpu=cpu) == "float32"


def test_int8_is_for_bert_on_a_processor_that_has_it() -> None:
    assert choose("auto", device="cpu", bert=False, cpu=ZEN4) == "bfloat16"
    assert choose("auto", device="cuda", bert=True, cpu=ZEN4) == "float32"
    assert choose("auto", device="cpu", bert=False, cpu=ICE_LAKE) == "float32"
    assert choose("auto", device="cpu", bert=True, cpu=ICE_LAKE, operators=lambda: False) == "float32"
    assert choose("int8", device="cpu", bert=True, cpu=ZEN4) == "int8"
    for asked, message in (
        ({"device": "cuda", "bert": True}, "only on a processor, not on 'cuda'"),
        ({"device": "cpu", "bert": False}, "only for BERT encoders"),
        ({"device": "cpu", "bert": True, "cpu": HASWELL}, "VNNI"),
        ({"device": "cpu", "bert": True, "operators": lambda: False}, "another version of torch"),
    ):
        with pytest.raises(DtypeError, match=message):
            choose("int8", **{"cpu": ZEN4, **asked})  # type: ignore[arg-type]


def test_an_unknown_dtype_is_answered_with_those_there_are() -> None:
    with pytest.raises(DtypeError, match="dtype is 'fp16'; it must be 'auto', 'float32', 'bfloat16' or 'int8'"):
        choose("fp16", device="cpu", bert=True)


def test_windows_lie_end_to_end_or_under_each_other() -> None:
    whole = Batch(np.array([5, 6, 7, 8, 9]), np.array([1, 1, 2, 2, 3]), (2, 2, 1))
    assert list(whole.runs()) == [(2, 2), (1, 1)]
    assert whole.positions.tolist() == [0, 1, 0, 1, 0]
    ids, shapes, mask = whole.padded(0)
    assert ids.tolist() == [[5, 6], [7, 8], [9, 0]]
    assert shapes.tolist() == [[1, 1], [2, 2], [3, 0]]
    assert mask.tolist() == [[True, True], [True, True], [True, False]]


def test_a_batch_is_filled_up_with_windows_of_nothing() -> None:
    whole = Batch(np.array([5, 6, 7]), np.array([1, 1, 2]), (2, 1))
    assert whole.filled(3) is whole
    filled = whole.filled(5)
    assert (filled.ids.tolist(), filled.shapes.tolist()) == ([5, 6, 7, 0, 0], [1, 1, 2, 0, 0])
    assert filled.lengths == (2, 1, 1, 1)


def test_a_piece_attends_to_its_own_window_only() -> None:
    lengths, heads = (3, 3, 5), 2
    projected = torch.randn(11, 3 * 8, generator=torch.Generator().manual_seed(0))
    owner = torch.repeat_interleave(torch.arange(3), torch.tensor(lengths))
    query, key, value = (p.view(11, heads, 4).transpose(0, 1) for p in projected.split(8, dim=1))
    expected = functional.scaled_dot_product_attention(query, key, value, attn_mask=owner[:, None] == owner[None])
    mixed = attend(projected, [(2, 3), (1, 5)], heads=heads)
    torch.testing.assert_close(mixed, expected.transpose(0, 1).reshape(11, 8))


@pytest.mark.parametrize(
    ("dtype", "tolerance"),
    [("float32", 1e-4), ("bfloat16", 0.05), pytest.param("int8", 0.15, marks=needs_int8)],
)
def test_an_engine_computes_what_the_network_computes(
    folder: ModelFolder, network: Network, dtype: str, tolerance: float
) -> None:
    whole = batch(12, 12, 30, 7, 1)
    scores = packed(folder, network, dtype)(whole)
    assert len(scores) == 5
    differences = [greatest_difference(reference(network, whole, i), found) for i, found in enumerate(scores)]
    assert max(differences) < tolerance
    assert (max(differences) > 1e-4) == (dtype != "float32")  # it did compute in that dtype
    assert max(np.abs(one.roles).max() for one in scores) > 1  # next to which the tolerance is small


def test_without_fused_operators_the_answers_are_the_same(
    folder: ModelFolder, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = batch(9, 20)
    fused = packed(folder, network, "float32")(whole)
    monkeypatch.setattr(floats, "_has_fused_linear", lambda dtype: False)
    plain = packed(folder, network, "float32")(whole)
    assert max(greatest_difference(a, b) for a, b in zip(fused, plain, strict=True)) < 1e-4


def test_padding_and_masks_change_nothing(folder: ModelFolder, network: Network) -> None:
    whole = batch(12, 30, 7)
    padded = PaddedNetwork(network, device=torch.device("cpu"), dtype="float32", padding=0)(whole)
    laid = packed(folder, network, "float32")(whole)
    assert max(greatest_difference(a, b) for a, b in zip(laid, padded, strict=True)) < 1e-4


@pytest.mark.parametrize(
    ("dtype", "tolerance"),
    [("float32", 1e-5), ("bfloat16", 0.05), pytest.param("int8", 0.0, marks=needs_int8)],
)
def test_neighbours_do_not_matter(folder: ModelFolder, network: Network, dtype: str, tolerance: float) -> None:
    engine, whole = packed(folder, network, dtype), batch(12, 30, 12, 7, 25, seed=1)
    for index, among in enumerate(engine(whole)):
        alone = engine(part(whole, index))[0]
        assert greatest_difference(alone, among) <= tolerance


def test_what_an_engine_says_twice_is_the_same_to_the_last_bit(folder: ModelFolder, network: Network) -> None:
    engine, whole = packed(folder, network, "auto"), batch(12, 30, 7)
    for first, second in zip(engine(whole), engine(whole), strict=True):
        assert greatest_difference(first, second) == 0.0


@needs_int8
def test_a_product_of_bytes_is_the_product_of_what_they_stand_for() -> None:
    draw = torch.Generator().manual_seed(3)
    weight, bias = torch.randn(20, 24, generator=draw), torch.randn(20, generator=draw)
    inputs, scale = torch.randint(0, 256, (5, 24), generator=draw, dtype=torch.uint8), Scale(0.05, 40)
    steps = weight.abs().amax(1, keepdim=True) / 127
    exact = (inputs.float() - 40) * 0.05 @ ((weight / steps).round() * steps).T + bias
    product = int8.Product(weight, bias, scale)
    torch.testing.assert_close(product(inputs), exact, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(product.add_to(torch.ones(5, 20), inputs), exact + 1, atol=1e-4, rtol=1e-4)
    curved = (product.gelu(inputs, Scale(0.1, 2)).float() - 2) * 0.1
    assert (curved - functional.gelu(exact).clamp(-0.2, 25.3)).abs().max() <= 0.0501


def test_a_scale_covers_its_bounds_and_zero() -> None:
    assert Scale.of(-1.0, 1.55).step * 255 >= 2.55
    assert Scale.of(-1.0, 1.55).zero == 100
    assert Scale.of(2.0, 5.1).zero == 0
    assert Scale.of(0.0, 0.0) == Scale(1.0, 0)
    bounds = Range(torch.tensor([-1.0, 0.0]), torch.tensor([0.5, 3.0]))
    assert bounds.reach.tolist() == [1.0, 3.0]
    assert bounds.divided(torch.tensor([1.0, 3.0])).scale() == Scale.of(-1.0, 1.0)


def test_another_encoder_goes_through_the_network_itself(folder: ModelFolder) -> None:
    config = {"model_type": "distilbert", "vocab_size": 110, "dim": 16, "n_layers": 1, "n_heads": 2, "hidden_dim": 32}
    from whodid.network import NetworkShape

    network = Network({**config, "hidden_size": 16}, NetworkShape(roles=5, event_types=8)).eval()
    engine, dtype = build(network, config, device=torch.device("cpu"), dtype="float32", tokenizer=folder.tokenizer)
    assert (type(engine), dtype) == (PaddedNetwork, "float32")
    assert [len(found.names) for found in engine(batch(5, 9))] == [9, 9]
