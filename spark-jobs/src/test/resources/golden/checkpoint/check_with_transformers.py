"""Opens a checkpoint that Espalier wrote with transformers, and keeps what it computes as a golden.

python check_with_transformers.py FOLDER      (torch 2.7.1, transformers 5.23.0)

FOLDER is the step folder that TransformersFolderTest leaves behind; README.md says how. The weights
are known by a formula that this script computes on its own, so that a transposed or misnamed
parameter is found here. Fails if transformers reports missing, unexpected or mismatched weights.
"""

import hashlib
import json
import pathlib
import sys

import numpy as np
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

HERE = pathlib.Path(__file__).parent
TOKENS = [[0, 5, 17, 95, 3, 3, 42, 60], [9, 8, 7, 6, 5, 4, 3, 2]]


def formula(number, name, shape):
    """Sixteen pseudo-random bits an element, between -1/4 and 1/4; LayerNorm weights around 1."""
    i = np.arange(int(np.prod(shape)), dtype=np.uint64)
    bits = ((i * 2654435761 + number * 40503 + 12345) % 2**32) >> np.uint64(16)
    values = (bits.astype(np.float64) - 32768) / 131072
    layer_norm = ".ln_" in name and name.endswith(".weight")
    return (values + (1.0 if layer_norm else 0.0)).reshape(shape).astype(np.float32)


def main(folder):
    model, report = AutoModelForCausalLM.from_pretrained(folder, output_loading_info=True)
    assert not any(report[k] for k in ("missing_keys", "unexpected_keys", "mismatched_keys")), report
    parameters = dict(model.named_parameters())
    for number, name in enumerate(sorted(parameters)):
        found = parameters[name].detach().numpy()
        assert np.array_equal(found, formula(number, name, found.shape)), name
    tokenizer = AutoTokenizer.from_pretrained(folder)
    text = "the cat"
    ids = tokenizer(text)["input_ids"]
    assert tokenizer.decode(ids) == text, (ids, tokenizer.decode(ids))
    with torch.no_grad():
        logits = model.eval()(torch.tensor(TOKENS)).logits
    golden = {
        "model_sha256": hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest(),
        "config": json.loads((folder / "config.json").read_text()),
        "text": text,
        "text_tokens": ids,
        "tokens": TOKENS,
        "logits": logits.tolist(),
    }
    (HERE / "to_transformers_expected.json").write_text(json.dumps(golden) + "\n")
    print("transformers opens the folder; golden written")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
