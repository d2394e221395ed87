"""Makes the goldens of this folder that come from other libraries alone.

python make_goldens.py      (torch 2.7.1, safetensors 0.8.0, tokenizers 0.23.3, transformers 5.23.0)
"""

import hashlib
import json
import pathlib

import safetensors.torch
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import GPT2Config, GPT2LMHeadModel

HERE = pathlib.Path(__file__).parent


def every_type():
    """One tensor of each type of whole bytes, plus a scalar, an empty tensor and an odd name."""
    floats = [
        torch.float8_e5m2, torch.float8_e4m3fn, torch.float8_e8m0fnu,
        torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.complex64,
    ]
    integers = [
        torch.bool, torch.uint8, torch.int8, torch.int16, torch.uint16,
        torch.int32, torch.uint32, torch.int64, torch.uint64,
    ]
    tensors = {str(t): torch.tensor([1.0, 2.0, 4.0]).to(t) for t in floats}
    tensors |= {str(t): torch.tensor([0, 1, 1]).to(t) for t in integers}
    tensors["scalar"] = torch.tensor(0.1)
    tensors["empty"] = torch.zeros(0, 3)
    tensors['ordinary, "quoted" é\U0001F333 / name'] = torch.arange(6.0).reshape(2, 3)
    safetensors.torch.save_file(tensors, HERE / "every_type.safetensors", {"format": "pt"})


def pico_gpt2():
    """A folder saved by transformers, and what it holds and computes."""
    torch.manual_seed(20)
    config = GPT2Config(
        vocab_size=96, n_positions=24, n_embd=16, n_layer=2, n_head=2,
        bos_token_id=0, eos_token_id=0,
        resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0,
    )
    model = GPT2LMHeadModel(config).eval()
    with torch.no_grad():  # Fresh biases are 0 and LayerNorms 1: they would hide a wrong name.
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.2)
    folder = HERE / "from_transformers"
    model.save_pretrained(folder)
    tokens = [[0, 5, 17, 95, 3, 3, 42, 60], [9, 8, 7, 6, 5, 4, 3, 2]]
    with torch.no_grad():
        logits = model(torch.tensor(tokens)).logits
    stored = safetensors.torch.load_file(folder / "model.safetensors")
    expected = {
        "tokens": tokens,
        "logits": logits.tolist(),
        "tensors": {
            name: {
                "shape": list(tensor.shape),
                "sha256": hashlib.sha256(tensor.numpy().tobytes()).hexdigest(),
                "first": tensor.flatten()[0].item(),
                "last": tensor.flatten()[-1].item(),
            }
            for name, tensor in sorted(stored.items())
        },
    }
    (HERE / "from_transformers_expected.json").write_text(json.dumps(expected) + "\n")


def tokenizer():
    """A byte-level BPE tokenizer of at most 96 tokens, for the folder that Espalier writes."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=96, special_tokens=["<|endoftext|>"], show_progress=False)
    bpe.train_from_iterator(["the quick brown fox jumps over the lazy dog and the other cat"] * 9, trainer)
    bpe.save(str(HERE / "tokenizer.json"))


if __name__ == "__main__":
    every_type()
    pico_gpt2()
    tokenizer()
