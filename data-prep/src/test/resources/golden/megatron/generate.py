"""Writes the golden files of this folder with Megatron-LM's own code: python generate.py

Needs megatron-core (0.16.1 was used), torch and numpy.
"""

import json
from pathlib import Path

import numpy
import torch
from megatron.core.datasets.indexed_dataset import DType, IndexedDataset, IndexedDatasetBuilder

HERE = Path(__file__).parent
END_OF_TEXT = 1

# Each document as its sentences: one sentence, several, none, end-of-text alone, none at the end.
DOCUMENTS = [
    [[17, 3, 99, END_OF_TEXT]],
    [[5, 6], [7], [8, 9, 10, END_OF_TEXT]],
    [],
    [[END_OF_TEXT]],
    [[120, 121, 122]],
    [],
]


def write(prefix, dtype, documents):
    builder = IndexedDatasetBuilder(str(prefix) + ".bin", dtype=dtype)
    for sentences in documents:
        tokens = [token for sentence in sentences for token in sentence]
        builder.add_document(
            torch.tensor(tokens, dtype=torch.int64), [len(sentence) for sentence in sentences])
    builder.finalize(str(prefix) + ".idx")


def flat(documents):
    return [[sum(sentences, [])] if sentences else [] for sentences in documents]


def check(prefix, documents):
    """What is written is what Megatron reads."""
    dataset = IndexedDataset(str(prefix))
    sentences = [sentence for document in documents for sentence in document]
    assert len(dataset) == len(sentences)
    for i, sentence in enumerate(sentences):
        assert dataset[i].tolist() == sentence


def main():
    for name in ("uint8", "int8", "int16", "int32", "int64", "uint16", "float32", "float64"):
        write(HERE / name, getattr(numpy, name), DOCUMENTS)
        check(HERE / name, DOCUMENTS)
    # One sentence per document and no empty ones, as preprocess_data.py writes plain text.
    plain = [document for document in flat(DOCUMENTS) if document]
    for vocabulary in (65499, 65500):
        dtype = DType.optimal_dtype(vocabulary)
        write(HERE / f"plain-{dtype.__name__}", dtype, plain)
        check(HERE / f"plain-{dtype.__name__}", plain)
    (HERE / "documents.json").write_text(
        json.dumps([sum(document, []) for document in DOCUMENTS]) + "\n")


if __name__ == "__main__":
    main()
