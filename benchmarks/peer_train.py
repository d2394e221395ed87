"""The same training in plain PyTorch, for `bench train` to compare with.

GPT-2 as one would write it in PyTorch: nn.Linear, scaled_dot_product_attention, tied embeddings, cross-entropy, clipping,
fused AdamW; one thread. Reads commands from standard input, one a line, and answers each with one line of JSON:

    {"layers": 4, "hidden_size": 128, "heads": 4, "vocabulary_size": 4096, "tokens": 128, "sequences": 16}   a model to train
    {"steps": 10}                                                                                    steps to time
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, hidden: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.ln_1, self.ln_2 = nn.LayerNorm(hidden), nn.LayerNorm(hidden)
        self.qkv, self.proj = nn.Linear(hidden, 3 * hidden), nn.Linear(hidden, hidden)
        self.fc, self.out = nn.Linear(hidden, 4 * hidden), nn.Linear(4 * hidden, hidden)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        batch, length, hidden = x.shape
        q, k, v = (t.view(batch, length, self.heads, -1).transpose(1, 2) for t in self.qkv(self.ln_1(x)).split(hidden, dim=2))
        a = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.proj(a.transpose(1, 2).reshape(batch, length, hidden))
        return x + self.out(F.gelu(self.fc(self.ln_2(x)), approximate="tanh"))


class Gpt2(nn.Module):
    def __init__(self, layers: int, hidden_size: int, heads: int, vocabulary_size: int, tokens: int) -> None:
        super().__init__()
        self.wte, self.wpe = nn.Embedding(vocabulary_size, hidden_size), nn.Embedding(tokens, hidden_size)
        self.blocks = nn.ModuleList(Block(hidden_size, heads) for _ in range(layers))
        self.ln_f = nn.LayerNorm(hidden_size)
        for parameter in self.parameters():
            if parameter.ndim >= 2:
                nn.init.normal_(parameter, std=0.02)

    def forward(self, ids: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        x = self.wte(ids) + self.wpe(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        logits = F.linear(self.ln_f(x), self.wte.weight)
        return F.cross_entropy(logits.view(-1, logits.shape[-1]), targets.view(-1))


class Training:
    def __init__(self, vocabulary_size: int, tokens: int, sequences: int, **sizes: int) -> None:
        self.model = Gpt2(vocabulary_size=vocabulary_size, tokens=tokens, **sizes)
        decayed = [p for p in self.model.parameters() if p.ndim >= 2]
        others = [p for p in self.model.parameters() if p.ndim < 2]
        groups = [{"params": decayed, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, lr=1e-4, betas=(0.9, 0.95), eps=1e-8, fused=True)
        self.ids = torch.randint(vocabulary_size, (sequences, tokens + 1))

    def step(self) -> float:
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.model(self.ids[:, :-1], self.ids[:, 1:].contiguous())
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        return loss.item()

    def timed(self, steps: int) -> dict[str, float]:
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(steps):
            loss = self.step()
        return {"cpu_seconds": time.process_time() - cpu, "wall_seconds": time.perf_counter() - wall, "loss": loss}


def main() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(20)
    training = None
    for line in sys.stdin:
        command = json.loads(line)
        if "steps" in command:
            answer = training.timed(command["steps"])
        else:
            training = Training(**command)
            answer = {"torch": torch.__version__, "parameters": sum(p.numel() for p in training.model.parameters())}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
