#!/usr/bin/env python3
"""Makes the sample corpus in this folder out of a larger corpus of the same layout.

    make_samples.py CORPUS

CORPUS holds {train,eval}/<domain>/*.jsonl.gz with one {"id", "text", "source"} per line in a
random but fixed order, provenance/<train|eval>__<domain>.tsv.gz with one line per document
(id, repo, path, commit, licence), licences/, and PROVENANCE.md with one table row per domain.

Of each domain the first whole documents are taken, as many as fit into a share of compressed
bytes. Nothing is random and no time is written: the same corpus gives the same bytes.
"""

import gzip
import json
import pathlib
import re
import shutil
import sys

TRAIN_BYTES = 550_000
EVAL_BYTES = 150_000
DOMAINS = {
    "train": ["biomed", "chat", "code", "cs_abstracts", "legal", "literature", "press", "reviews"],
    "eval": ["contracts", "health_qa", "poetry", "task_dialogue", "vision_abstracts"],
}
HERE = pathlib.Path(__file__).resolve().parent

HEAD = """# Provenance of the sample corpus

Whole documents of published sources, as JSON lines `{"id", "text", "source"}`; `source` is `owner/repository:path` on GitHub.
`train/` holds the domains that experts are trained on, `eval/` domains that are never trained on.
Which document comes from which file of which commit under which licence: `provenance/<train|eval>__<domain>.tsv.gz`.
Licence and README texts of the sources: `licences/`. Generator: `make_samples.py`.

| domain | documents | bytes of text (UTF-8) | bytes .gz | source repository | path | commit | licence as stated |
|---|---|---|---|---|---|---|---|
"""

NOTES = """
## Notes on licences

- legal, press, literature, cs_abstracts: the carrying repository states no licence; the right to copy rests on the nature of the text (edicts of government, works of a federal office, expired copyright, arXiv's CC0 for metadata including abstracts).
- reviews: CC0 is the licence stated for the Kaggle data set; the carrying repository states MIT for itself.
- contracts: CC BY 4.0 is stated in the README of CUAD v1 by The Atticus Project; the carrying repository's GPL-3.0 is for its code, of which nothing is here. vision_abstracts likewise: metadata under CC0, no code.
- biomed, chat, contracts, health_qa and task_dialogue are under Creative Commons Attribution (biomed in part CC0): this file and `provenance/` are the attribution; keep them with the texts. Changes: texts were extracted from their formats, and exact and near duplicates left out.
- code: source files of TheAlgorithms/Python as text, MIT; the licence text is in `licences/`.
- chat holds nicknames and host names and press holds contact lines of Senate offices, as published.

These terms, not the licence of Espalier's code, apply to the texts.
"""


def compressed(lines):
    return gzip.compress(b"".join(lines), compresslevel=9, mtime=0)


def lines_of(folder):
    for file in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(file, "rb") as stream:
            yield from stream


def fitting(lines, most):
    """The longest beginning that fits; the compressed size grows with every line."""
    low, high = 1, len(lines)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(compressed(lines[:middle])) <= most else (low, middle - 1)
    return lines[:low]


def provenance(corpus, name, ids):
    with gzip.open(corpus / "provenance" / f"{name}.tsv.gz", "rt", encoding="utf-8") as stream:
        head, *rows = stream.read().splitlines()
    kept = [row for row in rows if row.split("\t")[0] in ids]
    if len(kept) != len(ids):
        raise SystemExit(f"{name}: {len(ids)} documents but provenance of {len(kept)}")
    file = HERE / "provenance" / f"{name}.tsv.gz"
    file.write_bytes(compressed([(row + "\n").encode() for row in [head, *kept]]))
    return {row.split("\t")[1] for row in kept}


def table_row(corpus, role, domain):
    """Source, path, commit and licence, the last four cells of the corpus's own table."""
    text = (corpus / "PROVENANCE.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| {role}/{domain} \|.*$", text, re.M).group()
    return " | ".join(row.strip("| ").split(" | ")[-4:])


def main(corpus):
    for part in ("train", "eval", "provenance", "licences"):
        shutil.rmtree(HERE / part, ignore_errors=True)
        (HERE / part).mkdir()
    repositories, table = set(), HEAD
    for role, domains in DOMAINS.items():
        for domain in domains:
            lines = list(lines_of(corpus / role / domain))
            lines = fitting(lines, TRAIN_BYTES if role == "train" else EVAL_BYTES)
            packed = compressed(lines)
            target = HERE / role / domain
            target.mkdir()
            (target / f"{domain}.jsonl.gz").write_bytes(packed)
            records = [json.loads(line) for line in lines]
            repositories |= provenance(corpus, f"{role}__{domain}", {r["id"] for r in records})
            text_bytes = sum(len(r["text"].encode()) for r in records)
            table += f"| {role}/{domain} | {len(records):,} | {text_bytes:,} | {len(packed):,} | {table_row(corpus, role, domain)} |\n"
    for repository in sorted(repositories):
        for file in sorted((corpus / "licences").glob(repository.replace("/", "+") + "__*")):
            shutil.copyfile(file, HERE / "licences" / file.name)
    (HERE / "PROVENANCE.md").write_text(table + NOTES, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(pathlib.Path(sys.argv[1]))
