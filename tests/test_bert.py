from __future__ import annotations

from pathlib import Path

import pytest
import torch

from whodid.bert import BertConfig, BertEncoder
from whodid.errors import ModelFolderError
from whodid.network import Network, NetworkShape, build_encoder


def test_it_computes_what_transformers_computes(tiny_encoder: Path) -> None:
    from transformers import BertModel

    reference = BertModel.from_pretrained(tiny_encoder, add_pooling_layer=False).eval()
    config = BertConfig.from_dict(reference.config.to_dict())
    assert config is not None
    ours = BertEncoder(config).eval()
    ours.load_state_dict(reference.state_dict())
    ids, mask = torch.randint(4, 100, (3, 20)), torch.ones(3, 20, dtype=torch.bool)
    mask[1, 12:] = False
    with torch.inference_mode():
        theirs = reference(ids, attention_mask=mask).last_hidden_state
        hidden = ours(ours.get_input_embeddings()(ids), mask)
    torch.testing.assert_close(hidden[mask], theirs[mask], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize(
    "config",
    [
        {"model_type": "modernbert", "num_attention_heads": 2, "global_attn_every_n_layers": 1, "pad_token_id": 0,
         "bos_token_id": 1, "eos_token_id": 2, "cls_token_id": 1, "sep_token_id": 2},
        {"model_type": "deberta-v2", "num_attention_heads": 2},
        {"model_type": "distilbert", "dim": 16, "n_layers": 1, "n_heads": 2, "hidden_dim": 32},
    ],
    ids=lambda config: config["model_type"],
)  # fmt: skip
def test_any_other_encoder_comes_from_transformers(config: dict[str, object]) -> None:
    size = {"vocab_size": 50, "hidden_size": 16, "num_hidden_layers": 1, "intermediate_size": 32}
    if config["model_type"] == "distilbert":
        size = {"vocab_size": 50, "hidden_size": 16}
    network = Network({**size, **config}, NetworkShape(roles=2, event_types=3)).eval()
    ids, mask = torch.randint(4, 50, (2, 9)), torch.ones(2, 9, dtype=torch.bool)
    scores = network(ids, torch.zeros_like(ids), mask)
    assert scores.roles.shape == (2, 9, 2, 3)
    assert scores.event_types.shape == (2, 3)
    assert scores.links.shape == (2, 9, 2, 3)
    assert scores.names.shape == (2, 9)


def test_an_unknown_architecture_is_named() -> None:
    with pytest.raises(ModelFolderError, match="no encoder of type 'abacus'"):
        build_encoder({"model_type": "abacus", "hidden_size": 16})


def test_padding_does_not_change_the_scores_of_a_window(tiny_folder: Path) -> None:
    from whodid.folder import read_folder
    from whodid.model import _network

    network = _network(read_folder(tiny_folder)).eval()
    ids, shapes = torch.randint(4, 100, (1, 12)), torch.randint(0, 5, (1, 12))
    padded = torch.nn.functional.pad(ids, (0, 7)), torch.nn.functional.pad(shapes, (0, 7))
    mask = torch.arange(19)[None] < 12
    with torch.inference_mode():
        alone, among = network(ids, shapes, None), network(*padded, mask)
    torch.testing.assert_close(among.event_types, alone.event_types)
    torch.testing.assert_close(among.roles[:, :12], alone.roles)
