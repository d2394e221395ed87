"""Golden files of the merge methods, by mergekit 0.1.5 (pip install mergekit).

Usage: python generate.py FOLDER, where FOLDER is this file's own. Writes a base and three experts of
a tiny GPT-2 shape, and what mergekit makes of them. The random masks of DARE are Espalier's, by the
formula of RandomTrim, handed to mergekit in place of torch's.
"""

import json
import pathlib
import shutil
import sys
import tempfile

import torch
import yaml
from mergekit import sparsify
from mergekit.config import MergeConfiguration
from mergekit.merge import run_merge
from mergekit.options import MergeOptions
from safetensors.torch import load_file, save_file

VOCABULARY, POSITIONS, WIDTH, LAYERS = 32, 8, 8, 2
EXPERTS = {"law": 0.5, "code": 0.2, "news": 0.3}
CONFIG = {
    "architectures": ["GPT2LMHeadModel"],
    "model_type": "gpt2",
    "vocab_size": VOCABULARY,
    "n_positions": POSITIONS,
    "n_embd": WIDTH,
    "n_layer": LAYERS,
    "n_head": 2,
}
MASK = (1 << 64) - 1


def shapes():
    yield "transformer.wte.weight", (VOCABULARY, WIDTH)
    yield "transformer.wpe.weight", (POSITIONS, WIDTH)
    for layer in range(LAYERS):
        prefix = f"transformer.h.{layer}."
        for norm in ("ln_1", "ln_2"):
            yield prefix + norm + ".weight", (WIDTH,)
            yield prefix + norm + ".bias", (WIDTH,)
        for name, inner, outer in (
            ("attn.c_attn", WIDTH, 3 * WIDTH),
            ("attn.c_proj", WIDTH, WIDTH),
            ("mlp.c_fc", WIDTH, 4 * WIDTH),
            ("mlp.c_proj", 4 * WIDTH, WIDTH),
        ):
            yield prefix + name + ".weight", (inner, outer)
            yield prefix + name + ".bias", (outer,)
    yield "transformer.ln_f.weight", (WIDTH,)
    yield "transformer.ln_f.bias", (WIDTH,)


def models():
    generator = torch.Generator().manual_seed(20)
    draw = lambda shape, scale: torch.randn(shape, generator=generator) * scale
    base = {name: draw(shape, 0.3) for name, shape in shapes()}
    yield "base", base
    common = {name: draw(shape, 0.05) for name, shape in shapes()}
    for expert in EXPERTS:
        yield expert, {n: base[n] + common[n] + draw(t.shape, 0.1) for n, t in base.items()}


def mixed(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def mask(seed, tensor, expert, elements, density):
    key = mixed(seed)
    for letter in tensor + "\n" + expert:
        key = mixed(key ^ ord(letter))
    uniform = [(mixed((key + i * 0x9E3779B97F4A7C15) & MASK) >> 11) * 2.0**-53 for i in range(elements)]
    return torch.tensor([1.0 if u < density else 0.0 for u in uniform])


def use_our_masks(folder, seed):
    """mergekit's sparsifier knows neither tensor nor expert: both are found by the values."""
    base = load_file(folder / "base" / "model.safetensors")
    names = {}
    for expert in EXPERTS:
        for name, tensor in load_file(folder / expert / "model.safetensors").items():
            names[(tensor - base[name]).numpy().tobytes()] = (name, expert)

    def bernoulli(tensor, density, rescale_norm=None):
        if density >= 1:
            return tensor
        name, expert = names[tensor.contiguous().numpy().tobytes()]
        chosen = mask(seed, name, expert, tensor.numel(), density).reshape(tensor.shape)
        return sparsify.rescaled_masked_tensor(tensor, chosen, rescale_norm)

    sparsify.bernoulli = bernoulli


def main(out):
    work = pathlib.Path(tempfile.mkdtemp())
    for name, tensors in models():
        folder = work / name
        folder.mkdir()
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
        (folder / "config.json").write_text(json.dumps(CONFIG))
        shutil.copy(folder / "model.safetensors", out / f"{name}.safetensors")
    use_our_masks(work, 20)

    def merge(name, method, parameters=None, base=True, of=EXPERTS, weighted=True):
        config = {
            "merge_method": method,
            "dtype": "float32",
            "models": [
                {"model": str(work / e), "parameters": {"weight": w} if weighted else {}}
                for e, w in of.items()
            ],
            "parameters": parameters or {},
        }
        if base:
            config["base_model"] = str(work / (base if isinstance(base, str) else "base"))
        target = work / ("out-" + name)
        run_merge(
            MergeConfiguration.model_validate(yaml.safe_load(yaml.safe_dump(config))),
            str(target),
            options=MergeOptions(copy_tokenizer=False, write_model_card=False),
        )
        merged = load_file(target / "model.safetensors")
        save_file(merged, out / f"merged-{name}.safetensors", metadata={"format": "pt"})

    merge("linear", "linear", {"normalize": True}, base=False)
    merge("task_arithmetic", "task_arithmetic", {"lambda": 0.8})
    merge("ties", "ties", {"density": 0.3, "lambda": 0.9})
    merge(
        "ties-by-layer",
        "ties",
        {"density": [0.2, 0.8], "lambda": [{"filter": "mlp", "value": 0.5}, {"value": 1.0}]},
    )
    # Espalier divides by the density, as the paper does; here lambda does it: 1 is 0.4 / 0.4.
    merge("dare_linear", "dare_linear", {"density": 0.4, "lambda": 2.5, "rescale": False})
    merge("dare_ties", "dare_ties", {"density": 0.4, "lambda": 2.5, "rescale": False})
    merge("breadcrumbs", "breadcrumbs", {"density": 0.6, "gamma": 0.1, "lambda": 1.2})
    merge(
        "slerp",
        "slerp",
        {"t": 0.3},
        base="law",
        of={"law": 0.7, "code": 0.3},
        weighted=False,
    )
    merge("karcher", "karcher", {"max_iter": 10, "tol": 1e-5}, base=False, weighted=False)
    merge("model_stock", "model_stock", weighted=False)
    shutil.rmtree(work)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
