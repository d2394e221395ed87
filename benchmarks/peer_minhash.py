"""Near-duplicate removal with datatrove, for `bench prepare` to compare with.

Its MinHash pipeline with its own defaults (5-grams of words, 14 buckets of 8 hashes): signatures, buckets, clusters, filter,
one after the other in one process. Files are read and written by Python's json, so that nothing else has to be installed.

    peer_minhash.py FOLDER KEPT      FOLDER has JSON lines with id and text; those that stay are written to KEPT
"""

import json
import pathlib
import sys
from collections.abc import Iterator

from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig
from loguru import logger


def main(folder: str, kept: str) -> None:
    logger.remove()
    config = MinhashConfig()
    signatures, buckets, removed = (f"{kept}/{name}" for name in ("signatures", "buckets", "removed"))

    def read(data: None, rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        for file in sorted(pathlib.Path(folder).glob("*.jsonl")):
            with file.open() as lines:
                for line in lines:
                    document = json.loads(line)
                    yield Document(text=document["text"], id=document["id"])

    def write(data: Iterator[Document], rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        with (pathlib.Path(kept) / "documents.jsonl").open("w") as out:
            for document in data:
                out.write(json.dumps({"id": document.id, "text": document.text}) + "\n")
                yield document

    def run(name: str, *pipeline: object, tasks: int = 1) -> None:
        LocalPipelineExecutor(list(pipeline), tasks=tasks, workers=1, logging_dir=f"{kept}/logs/{name}").run()

    run("signatures", read, MinhashDedupSignature(signatures, config=config))
    run("buckets", MinhashDedupBuckets(signatures, buckets, config=config), tasks=config.num_buckets)
    run("clusters", MinhashDedupCluster(buckets, removed, config=config))
    run("filter", read, MinhashDedupFilter(removed), write)


if __name__ == "__main__":
    main(*sys.argv[1:])
