"""Writes the golden files of this folder: python generate.py (NumPy only)."""

import json
import struct
from pathlib import Path

import numpy

HERE = Path(__file__).parent
MASK = (1 << 64) - 1


def write_shard():
    """Two full windows and a short one, in the layout that Megatron's IndexedDataset reads."""
    random = numpy.random.default_rng(20)
    sequences = [random.integers(0, 65536, length, dtype=numpy.uint16) for length in (9, 9, 4)]
    lengths = numpy.array([len(s) for s in sequences], dtype="<i4")
    offsets = numpy.concatenate([[0], numpy.cumsum(lengths[:-1] * 2)]).astype("<i8")
    boundaries = numpy.array([0, len(sequences)], dtype="<i8")
    header = b"MMIDIDX\x00\x00" + struct.pack("<QBQQ", 1, 8, len(sequences), len(boundaries))
    (HERE / "shard.idx").write_bytes(
        header + lengths.tobytes() + offsets.tobytes() + boundaries.tobytes())
    (HERE / "shard.bin").write_bytes(b"".join(s.astype("<u2").tobytes() for s in sequences))
    (HERE / "shard.json").write_text(json.dumps([s.tolist() for s in sequences]) + "\n")


def mix(value):
    z = (value + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def permute(size, key, position):
    """Eight Feistel rounds over the smallest even number of bits that holds size − 1."""
    if size == 1:
        return 0
    half = ((size - 1).bit_length() + 1) // 2
    low = (1 << half) - 1
    while True:
        left, right = position >> half, position & low
        for i in range(8):
            round_key = mix((key + i * 0x9E3779B97F4A7C15) & MASK)
            left, right = right, left ^ (mix((right + round_key) & MASK) & low)
        position = left << half | right
        if position < size:
            return position


def named_key(seed, name):
    key = mix(seed)
    for byte in name.encode("utf-8"):
        key = mix(key ^ byte)
    return key


def sample(seed, domains, n):
    """The name of the domain and the number of the sequence of sample n."""
    turn, slot = divmod(n, len(domains))
    names = list(domains)
    name = names[permute(len(names), mix(named_key(seed, "round") ^ mix(turn)), slot)]
    epoch, place = divmod(turn, domains[name])
    return name, permute(domains[name], mix(named_key(seed, "domain/" + name) ^ mix(epoch)), place)


def write_samples():
    domains = {"legal": 1000, "poésie": 7, "code": 1, "science": 12345678901}
    samples = [sample(20, domains, n) for n in range(64)]
    (HERE / "samples.json").write_text(
        json.dumps({"seed": 20, "domains": domains, "samples": samples}) + "\n")


write_shard()
write_samples()
