"""Going on with a text in plain PyTorch, for `bench generate` to compare with.

GPT-2 as one would write it in PyTorch, float32, without gradients: keys and values of every layer in tensors that are made
once, a prompt read in one pass, then the most probable token again and again. Reads commands from standard input, one a
line, and answers each with one line of JSON:

    {"layers": 4, "hidden_size": 128, "heads": 4, "vocabulary_size": 4096, "window": 256, "threads": 1}   a model
    {"prompt": 32, "tokens": 100}                                                                         text to time
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, hidden: int, heads: int, window: int) -> None:
        super().__init__()
        self.heads = heads
        self.ln_1, self.ln_2 = nn.LayerNorm(hidden), nn.LayerNorm(hidden)
        self.qkv, self.proj = nn.Linear(hidden, 3 * hidden), nn.Linear(hidden, hidden)
        self.fc, self.out = nn.Linear(hidden, 4 * hidden), nn.Linear(4 * hidden, hidden)
        self.keys = torch.zeros(1, heads, window, hidden // heads)
        self.values = torch.zeros_like(self.keys)

    def forward(self, x: torch.Tensor, past: int) -> torch.Tensor:
        batch, length, hidden = x.shape
        q, k, v = (t.view(batch, length, self.heads, -1).transpose(1, 2) for t in self.qkv(self.ln_1(x)).split(hidden, dim=2))
        self.keys[:, :, past : past + length] = k
        self.values[:, :, past : past + length] = v
        k, v = self.keys[:, :, : past + length], self.values[:, :, : past + length]
        a = F.scaled_dot_product_attention(q, k, v, is_causal=length > 1)
        x = x + self.proj(a.transpose(1, 2).reshape(batch, length, hidden))
        return x + self.out(F.gelu(self.fc(self.ln_2(x)), approximate="tanh"))


class Gpt2(nn.Module):
    def __init__(self, layers: int, hidden_size: int, heads: int, vocabulary_size: int, window: int) -> None:
        super().__init__()
        self.wte, self.wpe = nn.Embedding(vocabulary_size, hidden_size), nn.Embedding(window, hidden_size)
        self.blocks = nn.ModuleList(Block(hidden_size, heads, window) for _ in range(layers))
        self.ln_f = nn.LayerNorm(hidden_size)
        for parameter in self.parameters():
            if parameter.ndim >= 2:
                nn.init.normal_(parameter, std=0.02)

    def forward(self, ids: torch.Tensor, past: int) -> torch.Tensor:
        x = self.wte(ids) + self.wpe(torch.arange(past, past + ids.shape[1]))
        for block in self.blocks:
            x = block(x, past)
        return F.linear(self.ln_f(x[:, -1]), self.wte.weight)

    @torch.inference_mode()
    def timed(self, prompt: int, tokens: int) -> dict[str, float]:
        logits, past = self(torch.arange(prompt)[None], 0), prompt
        start = time.perf_counter()
        for _ in range(tokens):
            logits, past = self(logits.argmax(-1, keepdim=True), past), past + 1
        return {"wall_seconds": time.perf_counter() - start}


def main() -> None:
    torch.manual_seed(20)
    model = None
    for line in sys.stdin:
        command = json.loads(line)
        if "tokens" in command:
            answer = model.timed(**command)
        else:
            torch.set_num_threads(command.pop("threads"))
            model = Gpt2(**command).eval()
            answer = {"torch": torch.__version__}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
