"""The part of TransformersIT that needs Python: checkpoints in Hugging Face transformers.

python transformers_checkpoints.py check EXPECTED.json     opens folders, compares tokens and logits, generates
python transformers_checkpoints.py make FOLDER TOKENIZER   saves a small random GPT-2 with this tokenizer.json

EXPECTED.json is a list of {folder, text, tokens, logits}: logits of the token after each beginning.
"""

import json
import os
import pathlib
import sys

os.environ["HF_HUB_OFFLINE"] = "1"

import torch  # noqa: E402
from transformers import AutoModelForCausalLM, AutoTokenizer, GPT2Config, GPT2LMHeadModel  # noqa: E402

TOLERANCE = 1e-4
POSITIONS = 40


def check(expected):
    for case in json.loads(expected.read_text()):
        folder = case["folder"]
        model, report = AutoModelForCausalLM.from_pretrained(folder, output_loading_info=True)
        assert not any(report[k] for k in ("missing_keys", "unexpected_keys", "mismatched_keys")), report
        model.eval()
        tokenizer = AutoTokenizer.from_pretrained(folder)
        assert tokenizer(case["text"])["input_ids"] == case["tokens"], folder
        assert tokenizer.decode(case["tokens"]) == case["text"], folder
        tokens = torch.tensor([case["tokens"]])
        with torch.no_grad():
            logits = model(tokens).logits[0]
        difference = (logits - torch.tensor(case["logits"])).abs().max().item()
        assert difference <= TOLERANCE, (folder, difference)
        prompt = tokens[:, :4]
        written = model.generate(prompt, max_new_tokens=3, do_sample=False)
        assert written.shape[1] > 4, folder
        assert written[0, 4].item() == torch.tensor(case["logits"][3]).argmax().item(), folder
        print(f"{folder}: logits differ by at most {difference:.1e}")


def make(folder, tokenizer):
    text = tokenizer.read_text()
    entries = json.loads(text)
    vocabulary = len(entries["model"]["vocab"])
    added = {token["id"] for token in entries["added_tokens"]}
    vocabulary = max(vocabulary, max(added) + 1)
    torch.manual_seed(7)
    config = GPT2Config(vocab_size=vocabulary, n_positions=POSITIONS, n_embd=16, n_layer=1, n_head=2)
    model = GPT2LMHeadModel(config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    model.save_pretrained(folder)
    (folder / "tokenizer.json").write_text(text)


if __name__ == "__main__":
    if sys.argv[1] == "check":
        check(pathlib.Path(sys.argv[2]))
    else:
        make(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
