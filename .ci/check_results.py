"""Checks that a quickstart's results.json has every model on every domain, with sane figures."""

import json
import math
import sys

TRAINING = ["biomed", "chat", "code", "cs_abstracts", "legal", "literature", "press", "reviews"]


def main(path):
    with open(path, encoding="utf-8") as file:
        rows = json.load(file)["rows"]
    perplexity = {
        (r["model"], r["domain"]): r["value"]
        for r in rows
        if r["metric"] == "perplexity" and r["split"] == "test"
    }
    models = ["seed", "dense", "merged/uniform", "ensemble/uniform_prior", "ensemble/cached_prior"]
    expected = [(m, d) for m in models for d in TRAINING]
    expected += [(f"expert/{d}", d) for d in TRAINING]
    missing = [pair for pair in expected if pair not in perplexity]
    if missing:
        sys.exit(f"{path}: no test perplexity for {missing}")
    for pair, value in perplexity.items():
        # A model that knows nothing has the vocabulary's size as its perplexity: 2048.
        if not (math.isfinite(value) and 1 < value < 4096):
            sys.exit(f"{path}: perplexity of {pair} is {value}")
    print(f"{path}: {len(rows)} rows, {len(perplexity)} test perplexities, all finite")


main(sys.argv[1])
