"""All-reduce of two processes with PyTorch's Gloo, for `bench comm` to compare with.

Reads commands from standard input, one a line, and answers each with one line of JSON:

    {"bytes": 1024, "iterations": 500}    the median of so many all-reduces of float32, each after a tiny one
"""

import json
import os
import statistics
import sys
import tempfile
import time

import torch
import torch.distributed as dist
import torch.multiprocessing as mp


def median_microseconds(size_bytes: int, iterations: int) -> float:
    elements = torch.ones(size_bytes // 4)
    tiny = torch.ones(1)
    times = []
    warm_up = max(3, iterations // 10)
    for _ in range(warm_up + iterations):
        elements.fill_(1.0)
        dist.all_reduce(tiny)
        start = time.perf_counter()
        dist.all_reduce(elements)
        times.append(time.perf_counter() - start)
        assert elements[-1].item() == 2.0
    return statistics.median(times[warm_up:]) * 1e6


def rank(number: int, meeting: str, commands: "mp.Queue | None") -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=number, world_size=2)
    if commands is None:
        return
    for command in iter(commands.get, None):
        median_microseconds(*command)


def main() -> None:
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    context = mp.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        meeting, commands = os.path.join(folder, "meeting"), context.Queue()
        other = context.Process(target=rank, args=(1, meeting, commands), daemon=True)
        other.start()
        rank(0, meeting, None)
        print(json.dumps({"torch": torch.__version__}), flush=True)
        for line in sys.stdin:
            command = json.loads(line)
            size = command["bytes"], command["iterations"]
            commands.put(size)
            print(json.dumps({"microseconds": median_microseconds(*size)}), flush=True)
        commands.put(None)
        other.join()


if __name__ == "__main__":
    main()
