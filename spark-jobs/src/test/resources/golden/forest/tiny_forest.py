"""Expected figures of a tiny forest, in probability space with exact products (see README.md)."""

import json
import sys
from decimal import Decimal, getcontext

import numpy as np

getcontext().prec = 50
EXPERTS = 3
ALPHA = Decimal("0.3")
CACHED_SEQUENCES = 4

generator = np.random.default_rng(20)


def sequence(tokens):
    """float32 log-probabilities, shape (experts, tokens); expert 1 is the best on average."""
    offset = np.array([[0.0], [1.0], [-0.5]])
    values = -np.exp(generator.normal(0.7, 0.8, (EXPERTS, tokens))) + offset
    return np.minimum(values, -0.01).astype(np.float32)


def probabilities(scores):
    return [[Decimal(float(v)).exp() for v in row] for row in scores]


def normalised(weights):
    total = sum(weights)
    return [w / total for w in weights]


def posterior_before(kind, prior, p, t):
    """P(j | text before token t)."""
    if kind == "full_context":
        weights = list(prior)
        for s in range(t):
            weights = [w * p[j][s] for j, w in enumerate(weights)]
        return normalised(weights)
    if t == 0:
        return [Decimal(1) / EXPERTS] * EXPERTS
    return normalised([prior[j] * p[j][t - 1] for j in range(EXPERTS)])


def top(weights, k):
    if k == 0:
        return weights
    kept = sorted(weights, reverse=True)[k - 1]
    return normalised([w if w >= kept else Decimal(0) for w in weights])


def ewm(posteriors):
    """pandas: y_0 = x_0, y_t = (1 - alpha) y_{t-1} + alpha x_t; uniform before the first."""
    if not posteriors:
        return [Decimal(1) / EXPERTS] * EXPERTS
    mean = posteriors[0]
    for x in posteriors[1:]:
        mean = [(1 - ALPHA) * m + ALPHA * v for m, v in zip(mean, x)]
    return mean


def cached(kind, validation):
    seen = []
    for scores in validation[:CACHED_SEQUENCES]:
        p = probabilities(scores)
        seen.append(posterior_before(kind, ewm(seen), p, len(p[0])))
    return ewm(seen)


def evaluate(kind, prior_name, k, validation, test, test_bytes):
    seen, priors, token_logs = [], [], []
    for scores in test:
        p = probabilities(scores)
        if prior_name == "uniform":
            prior = [Decimal(1) / EXPERTS] * EXPERTS
        elif prior_name == "updating":
            prior = ewm(seen)
        else:
            prior = cached(kind, validation)
        priors.append(prior)
        logs = []
        for t in range(len(p[0])):
            weights = top(posterior_before(kind, prior, p, t), k)
            logs.append(sum(w * p[j][t] for j, w in enumerate(weights)).ln())
        token_logs.append(logs)
        seen.append(posterior_before(kind, prior, p, len(p[0])))
    total = -sum(sum(logs) for logs in token_logs)
    tokens = sum(len(logs) for logs in token_logs)
    return {
        "posterior": kind,
        "prior": prior_name,
        "top_k": k,
        "priors": [[float(w) for w in prior] for prior in priors],
        "log_probabilities": [[float(v) for v in logs] for logs in token_logs],
        "perplexity": float((total / tokens).exp()),
        "bits_per_byte": float(total / Decimal(2).ln() / sum(test_bytes)),
    }


validation = [sequence(n) for n in (6, 1, 9, 4, 5)]
test = [sequence(n) for n in (7, 3, 8, 1)]
test_bytes = [23, 11, 31, 2]

json.dump(
    {
        "cached_sequences": CACHED_SEQUENCES,
        "validation": [s.tolist() for s in validation],
        "test": [s.tolist() for s in test],
        "test_bytes": test_bytes,
        "experts_alone": [
            float(
                (-sum(Decimal(float(v)) for s in test for v in s[j]) / sum(s.shape[1] for s in test)).exp()
            )
            for j in range(EXPERTS)
        ],
        "cached_prior": {
            kind: [float(w) for w in cached(kind, validation)]
            for kind in ("full_context", "last_token")
        },
        "ensembles": [
            evaluate(kind, prior, k, validation, test, test_bytes)
            for kind in ("full_context", "last_token")
            for prior in ("uniform", "updating", "cached")
            for k in (0, 1, 2)
        ],
    },
    sys.stdout,
    indent=1,
)
print()
