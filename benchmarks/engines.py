"""Which way through the network is fastest: torch, whodid's own engine, ONNX Runtime or OpenVINO, each in its dtypes.

    pip install onnx onnxruntime openvino
    python benchmarks/engines.py [--windows 6] [--length 332] [--model FOLDER]

One thread, the same windows without padding, encoder only. Printed are processor microseconds for each piece, the least
of some repetitions, and the error of hidden states, as a share of their root mean square. 8-bit weights have a scale
for each output channel everywhere; scales of inputs are found by the library at run time ("dynamic") or beforehand on
the calibration text ("static").
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import torch
from systems import articles

from whodid.bert import BertConfig
from whodid.engine.batch import Batch, SpecialTokens
from whodid.engine.dtypes import DTYPES
from whodid.engine.packed import PackedBert, _calibration
from whodid.errors import DtypeError
from whodid.folder import ModelFolder, default_folder, read_folder
from whodid.model import _network
from whodid.tokens import tokenize
from whodid.windows import Window

Encode = Callable[[], Any]


def windows(folder: ModelFolder, count: int, length: int) -> Batch:
    """Cut newswire into windows of one length."""
    special = SpecialTokens.of(folder.tokenizer)
    inner = length - special.count
    tokens = tokenize("\n\n".join(articles(2 * count)), folder.tokenizer)
    cut = [Window(start, start + inner, start, start + inner) for start in range(0, count * inner, inner)]
    return Batch.of([(tokens, window) for window in cut], special)


def torch_engines(folder: ModelFolder, network: Any, batch: Batch) -> Iterator[tuple[str, Encode]]:
    """Yield the network as it was trained, and whodid's own engine in every dtype."""
    ids, shapes, mask = (torch.from_numpy(part) for part in batch.padded(0))
    yield "torch, float32", lambda: network.encode(ids, shapes, None).numpy()
    yield "torch, float32, with a mask", lambda: network.encode(ids, shapes, mask).numpy()
    config = BertConfig.from_dict(folder.config.encoder)
    for dtype in DTYPES:
        try:
            engine = PackedBert(network, config, dtype=dtype, tokenizer=folder.tokenizer)
        except (DtypeError, RuntimeError) as error:
            print(f"whodid, {dtype}: {error}")
            continue
        yield f"whodid, {dtype}", lambda engine=engine: engine.encode(batch).view(*ids.shape, -1).numpy()


def exported_engines(folder: ModelFolder, network: Any, batch: Batch) -> Iterator[tuple[str, Encode]]:
    """Yield ONNX Runtime and OpenVINO on the exported encoder."""
    try:
        import onnxruntime
        import openvino
    except ImportError as error:
        raise SystemExit(f"{error}: pip install onnx onnxruntime openvino") from error
    ids, shapes, _ = batch.padded(0)
    feed = {"ids": ids, "shapes": shapes}
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1

    def onnx(path: Path) -> Encode:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        return lambda: session.run(None, feed)[0]

    def vino(path: Path, precision: str) -> Encode:
        settings = {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": precision}
        request = openvino.Core().compile_model(str(path), "CPU", settings).create_infer_request()
        return lambda: request.infer(feed)[0]

    with tempfile.TemporaryDirectory() as name:
        plain, dynamic, static = export(folder, network, Path(name))
        yield "ONNX Runtime, float32", onnx(plain)
        yield "ONNX Runtime, int8 dynamic", onnx(dynamic)
        yield "ONNX Runtime, int8 static", onnx(static)
        yield "OpenVINO, float32", vino(plain, "f32")
        yield "OpenVINO, bfloat16", vino(plain, "bf16")
        yield "OpenVINO, int8 static", vino(static, "f32")


def export(folder: ModelFolder, network: Any, to: Path) -> tuple[Path, Path, Path]:
    """Write the encoder as ONNX: in float32, and in 8 bits with dynamic and with static scales."""
    from onnxruntime.quantization import QuantType, quantize_dynamic, quantize_static

    plain, dynamic, static = (to / f"{name}.onnx" for name in ("plain", "dynamic", "static"))
    encoder = torch.nn.Module()
    encoder.network = network
    encoder.forward = lambda ids, shapes: network.encode(ids, shapes, None)
    example = torch.ones(2, 20, dtype=torch.long), torch.ones(2, 20, dtype=torch.long)
    names = ["ids", "shapes"]
    axes = {name: {0: "windows", 1: "pieces"} for name in names}
    torch.onnx.export(
        encoder, example, str(plain), input_names=names, output_names=["hidden"], dynamic_axes=axes, dynamo=False
    )
    common = {"per_channel": True, "weight_type": QuantType.QInt8, "op_types_to_quantize": ["MatMul"]}
    quantize_dynamic(plain, dynamic, **common)
    constant = {"MatMulConstBOnly": True}  # products with weights alone, as in whodid
    quantize_static(
        plain, static, _Calibration(folder), activation_type=QuantType.QUInt8, extra_options=constant, **common
    )
    return plain, dynamic, static


class _Calibration:
    """The calibration text, as ONNX Runtime asks for it."""

    def __init__(self, folder: ModelFolder) -> None:
        longest = int(folder.config.encoder["max_position_embeddings"])
        self._feeds = iter([dict(zip(("ids", "shapes"), batch.padded(0)[:2], strict=True))
                            for batch in _calibration(folder.tokenizer, longest)])  # fmt: skip

    def get_next(self) -> dict[str, Any] | None:
        """Return the next window, None after the last."""
        return next(self._feeds, None)


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--windows", type=int, default=6)
    parser.add_argument("--length", type=int, default=332, help="pieces in a window")
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--model", type=Path, help="model folder; the shipped model by default")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    folder = read_folder(arguments.model or default_folder())
    network = _network(folder).eval()
    batch = windows(folder, arguments.windows, arguments.length)
    print("| engine | µs a piece | error of hidden states |\n| --- | --- | --- |")
    with torch.inference_mode():
        reference = None
        ways = chain(torch_engines(folder, network, batch), exported_engines(folder, network, batch))
        for name, encode in ways:
            hidden = np.asarray(encode())
            reference = hidden if reference is None else reference
            error = np.sqrt(np.mean((hidden - reference) ** 2) / np.mean(reference**2))
            spent = min(_cpu_seconds(encode) for _ in range(arguments.repeat)) / len(batch.ids)
            print(f"| {name} | {1e6 * spent:.0f} | {error:.4f} |", flush=True)


def _cpu_seconds(action: Encode) -> float:
    start = time.process_time()
    action()
    return time.process_time() - start


if __name__ == "__main__":
    main()
