"""The same tensor-parallel training in PyTorch with Gloo, for `bench parallel` to compare with.

GPT-2 as Megatron-LM divides it (Shoeybi et al. 2019): QKV and the MLP's first matrix by columns, the others by rows, the
autograd functions f and g around them, the embedding and the logits over the vocabulary, cross-entropy without gathering
logits; two processes of one thread each; clipping, fused AdamW. Reads commands from standard input, one a line, and answers
each with one line of JSON:

    {"layers": 12, "hidden_size": 768, "heads": 12, "vocabulary_size": 8192, "tokens": 256, "sequences": 2}  a model to train
    {"steps": 1}                                                                                             steps to time
"""

import json
import os
import sys
import tempfile
import time

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch import nn
from torch.nn import functional as F

RANKS = 2


class CopyToRanks(torch.autograd.Function):
    """Megatron's f: identity forward, all-reduce backward."""

    @staticmethod
    def forward(ctx, x):
        return x

    @staticmethod
    def backward(ctx, gradient):
        gradient = gradient.contiguous()
        dist.all_reduce(gradient)
        return gradient


class ReduceFromRanks(torch.autograd.Function):
    """Megatron's g: all-reduce forward, identity backward."""

    @staticmethod
    def forward(ctx, x):
        x = x.contiguous()
        dist.all_reduce(x)
        return x

    @staticmethod
    def backward(ctx, gradient):
        return gradient


class VocabularyCrossEntropy(torch.autograd.Function):
    """Mean cross-entropy of logits (tokens, vocabulary / ranks): three all-reduces of one number a token."""

    @staticmethod
    def forward(ctx, logits, targets, first):
        largest = logits.max(dim=-1).values
        dist.all_reduce(largest, op=dist.ReduceOp.MAX)
        logits = logits - largest[:, None]
        here = (targets >= first) & (targets < first + logits.shape[1])
        local = torch.where(here, targets - first, 0)
        predicted = torch.where(here, logits.gather(1, local[:, None])[:, 0], 0.0)
        dist.all_reduce(predicted)
        exponentials = logits.exp()
        total = exponentials.sum(dim=-1)
        dist.all_reduce(total)
        ctx.save_for_backward(exponentials.div_(total[:, None]), local, here)
        return (total.log() - predicted).mean()

    @staticmethod
    def backward(ctx, gradient):
        probabilities, local, here = ctx.saved_tensors
        rows = torch.arange(len(local))
        probabilities[rows, local] -= here.float()
        return probabilities * (gradient / len(local)), None, None


class Block(nn.Module):
    def __init__(self, hidden: int, heads: int) -> None:
        super().__init__()
        self.heads, part = heads // RANKS, hidden // RANKS
        self.ln_1, self.ln_2 = nn.LayerNorm(hidden), nn.LayerNorm(hidden)
        self.qkv, self.proj = nn.Linear(hidden, 3 * part), nn.Linear(part, hidden, bias=False)
        self.fc, self.out = nn.Linear(hidden, 4 * part), nn.Linear(4 * part, hidden, bias=False)
        self.proj_bias, self.out_bias = nn.Parameter(torch.zeros(hidden)), nn.Parameter(torch.zeros(hidden))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        batch, length, _ = x.shape
        h = self.qkv(CopyToRanks.apply(self.ln_1(x)))
        q, k, v = (t.view(batch, length, self.heads, -1).transpose(1, 2) for t in h.chunk(3, dim=2))
        a = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + ReduceFromRanks.apply(self.proj(a.transpose(1, 2).reshape(batch, length, -1))) + self.proj_bias
        h = F.gelu(self.fc(CopyToRanks.apply(self.ln_2(x))), approximate="tanh")
        return x + ReduceFromRanks.apply(self.out(h)) + self.out_bias


class Gpt2(nn.Module):
    def __init__(self, layers: int, hidden_size: int, heads: int, vocabulary_size: int, tokens: int) -> None:
        super().__init__()
        self.part = vocabulary_size // RANKS
        self.first = dist.get_rank() * self.part
        self.wte, self.wpe = nn.Embedding(self.part, hidden_size), nn.Embedding(tokens, hidden_size)
        self.blocks = nn.ModuleList(Block(hidden_size, heads) for _ in range(layers))
        self.ln_f = nn.LayerNorm(hidden_size)
        for parameter in self.parameters():
            if parameter.ndim >= 2:
                nn.init.normal_(parameter, std=0.02)
        dist.broadcast(self.wpe.weight.data, 0)

    def forward(self, ids: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        here = (ids >= self.first) & (ids < self.first + self.part)
        tokens = self.wte(torch.where(here, ids - self.first, 0)) * here[..., None]
        x = ReduceFromRanks.apply(tokens) + self.wpe(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        logits = F.linear(CopyToRanks.apply(self.ln_f(x)), self.wte.weight)
        return VocabularyCrossEntropy.apply(logits.view(-1, self.part), targets.view(-1), self.first)


class Training:
    def __init__(self, vocabulary_size: int, tokens: int, sequences: int, **sizes: int) -> None:
        torch.manual_seed(20 + dist.get_rank())
        self.model = Gpt2(vocabulary_size=vocabulary_size, tokens=tokens, **sizes)
        named = list(self.model.named_parameters())
        divided = (".qkv.", ".proj.", ".fc.", ".out.")
        self.divided = [p for n, p in named if n.startswith("wte") or any(part in n for part in divided)]
        self.whole = [p for n, p in named if not any(p is q for q in self.divided)]
        groups = [
            {"params": [p for _, p in named if p.ndim >= 2], "weight_decay": 0.1},
            {"params": [p for _, p in named if p.ndim < 2], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=1e-4, betas=(0.9, 0.95), eps=1e-8, fused=True)
        self.ids = torch.randint(vocabulary_size, (sequences, tokens + 1), generator=torch.Generator().manual_seed(20))

    def clip(self) -> None:
        squares = torch.stack([p.grad.norm() for p in self.divided]).square().sum()
        dist.all_reduce(squares)
        squares = squares + torch.stack([p.grad.norm() for p in self.whole]).square().sum()
        factor = torch.clamp(1.0 / (squares.sqrt() + 1e-6), max=1.0)
        torch._foreach_mul_([p.grad for p in self.model.parameters()], factor)

    def step(self) -> float:
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.model(self.ids[:, :-1], self.ids[:, 1:].contiguous())
        loss.backward()
        self.clip()
        self.optimizer.step()
        return loss.item()

    def timed(self, steps: int) -> dict[str, float]:
        dist.barrier()
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(steps):
            loss = self.step()
        return {"cpu_seconds": time.process_time() - cpu, "wall_seconds": time.perf_counter() - wall, "loss": loss}


def join(number: int, meeting: str) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=number, world_size=RANKS)


def answers(commands):
    training = None
    for command in commands:
        if "steps" in command:
            yield training.timed(command["steps"])
        else:
            training = Training(**command)
            yield {"torch": torch.__version__, "parameters": sum(p.numel() for p in training.model.parameters())}


def follow(meeting: str, commands: "mp.Queue") -> None:
    join(1, meeting)
    for _ in answers(iter(commands.get, None)):
        pass


def main() -> None:
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    context = mp.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        meeting, queue = os.path.join(folder, "meeting"), context.Queue()
        other = context.Process(target=follow, args=(meeting, queue), daemon=True)
        other.start()
        join(0, meeting)

        def commands():
            for line in sys.stdin:
                command = json.loads(line)
                queue.put(command)
                yield command

        for answer in answers(commands()):
            print(json.dumps(answer), flush=True)
        queue.put(None)
        other.join()


if __name__ == "__main__":
    main()
