"""Expected figures of a tiny forest, in probability space with exact products (see README.md)."""

import json
import sys
from decimal import Decimal, getcontext

import numpy as np

getcontext().prec = 50
EXPERTS = 3
DECAY = Decimal("0.3")
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


def uniform(allowed):
    return normalised([Decimal(1) if a else Decimal(0) for a in allowed])


def posterior_before(kind, prior, p, t):
    """P(j | text before token t); an expert without prior is out."""
    if kind == "full_context":
        weights = list(prior)
        for s in range(t):
            weights = [w * p[j][s] for j, w in enumerate(weights)]
        return normalised(weights)
    if t == 0:
        return uniform([w > 0 for w in prior])
    return normalised([prior[j] * p[j][t - 1] for j in range(len(prior))])


def top(weights, k):
    if k == 0:
        return weights
    kept = sorted(weights, reverse=True)[k - 1]
    return normalised([w if w >= kept else Decimal(0) for w in weights])


def ewm(posteriors, experts, alpha=DECAY):
    """pandas: y_0 = x_0, y_t = (1 - alpha) y_{t-1} + alpha x_t; uniform before the first."""
    if not posteriors:
        return uniform([True] * experts)
    mean = posteriors[0]
    for x in posteriors[1:]:
        mean = [(1 - alpha) * m + alpha * v for m, v in zip(mean, x)]
    return mean


def cached(kind, validation, sequences=CACHED_SEQUENCES):
    experts = len(validation[0])
    seen = []
    for scores in validation[:sequences]:
        p = probabilities(scores)
        seen.append(posterior_before(kind, ewm(seen, experts), p, len(p[0])))
    return ewm(seen, experts)


def evaluate(kind, prior_settings, k, by, validation, test, test_bytes):
    experts = len(test[0])
    fixed = uniform([True] * experts)
    if prior_settings["type"] == "cached":
        fixed = cached(kind, validation, prior_settings["sequences"] or CACHED_SEQUENCES)
    seen, priors, token_logs = [], [], []
    for scores in test:
        p = probabilities(scores)
        prior = fixed
        if prior_settings["type"] == "updating":
            prior = ewm(seen, experts, Decimal(repr(prior_settings["decay"])))
        priors.append(prior)
        # By prior: the others are out before the first token. By posterior: out for one token.
        asked = top(prior, k) if by == "prior" else prior
        logs = []
        for t in range(len(p[0])):
            weights = posterior_before(kind, asked, p, t)
            if by == "posterior":
                weights = top(weights, k)
            logs.append(sum(w * p[j][t] for j, w in enumerate(weights)).ln())
        token_logs.append(logs)
        # The average is over all experts, whichever of them are kept.
        seen.append(posterior_before(kind, prior, p, len(p[0])))
    total = -sum(sum(logs) for logs in token_logs)
    tokens = sum(len(logs) for logs in token_logs)
    return {
        "posterior": kind,
        "prior": prior_settings,
        "top_k": k,
        "top_k_by": by,
        "priors": [[float(w) for w in prior] for prior in priors],
        "log_probabilities": [[float(v) for v in logs] for logs in token_logs],
        "perplexity": float((total / tokens).exp()),
        "bits_per_byte": float(total / Decimal(2).ln() / sum(test_bytes)),
    }


def without(sequences, expert):
    """The forest in which one expert never was."""
    return [np.delete(s, expert, axis=0) for s in sequences]


UNIFORM = {"type": "uniform"}
PRIORS = (
    UNIFORM,
    {"type": "updating", "decay": 0.3},
    {"type": "updating", "decay": 0.75},
    {"type": "cached", "sequences": 0},
    {"type": "cached", "sequences": 2},
)
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
            evaluate(kind, prior, k, by, validation, test, test_bytes)
            for kind in ("full_context", "last_token")
            for prior in PRIORS
            for by in ("posterior", "prior")
            for k in (0, 1, 2)
            # To a uniform prior all experts are alike: nothing to choose by.
            if by == "posterior" or (k > 0 and prior is not UNIFORM)
        ],
        "without": [
            {
                "posterior": kind,
                "prior": prior,
                "perplexities": [
                    evaluate(
                        kind,
                        prior,
                        0,
                        "posterior",
                        without(validation, j),
                        without(test, j),
                        test_bytes,
                    )["perplexity"]
                    for j in range(EXPERTS)
                ],
            }
            for kind in ("full_context", "last_token")
            for prior in PRIORS
        ],
    },
    sys.stdout,
    indent=1,
)
print()
