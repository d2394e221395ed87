"""Makes gpt2.safetensors: what Hugging Face's GPT-2 computes on PyTorch, for Gpt2GoldenTest.

Run with torch 2.7.1, transformers 5.23, safetensors and numpy:  python generate.py
"""

from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import GPT2Config, GPT2LMHeadModel

LAYERS, HIDDEN, HEADS, VOCABULARY, LENGTH, SEQUENCES, STEPS = 2, 16, 2, 97, 12, 3, 10
END = 7  # between documents
CLIP_NORM, BETAS, EPSILON, DECAY = 1.2, (0.9, 0.95), 1e-8, 0.1


def model() -> GPT2LMHeadModel:
    config = GPT2Config(
        vocab_size=VOCABULARY, n_positions=LENGTH, n_embd=HIDDEN, n_layer=LAYERS, n_head=HEADS,
        resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0,
    )
    network = GPT2LMHeadModel(config).double().train()
    with torch.no_grad():  # large enough for every gradient to matter; float32 values, so that files stay small
        for name, parameter in network.named_parameters():
            wide = torch.randn(parameter.shape) * 0.2
            parameter.copy_((wide + 1 if "ln_" in name and name.endswith("weight") else wide).float())
    return network


def batch() -> tuple[torch.Tensor, torch.Tensor]:
    inputs = torch.randint(VOCABULARY, (SEQUENCES, LENGTH))
    targets = torch.randint(VOCABULARY, (SEQUENCES, LENGTH))
    targets[torch.rand(targets.shape) < 0.15] = -100
    return inputs, targets


def within_documents(inputs: torch.Tensor) -> torch.Tensor:
    """Which positions each sees, written out: those up to itself since the last END."""
    seen = torch.zeros(inputs.size(0), 1, LENGTH, LENGTH, dtype=torch.bool)
    for s, ids in enumerate(inputs.tolist()):
        first = 0
        for position, token in enumerate(ids):
            first = position if token == END else first
            seen[s, 0, position, first:position + 1] = True
    return seen


def loss_sum(network: GPT2LMHeadModel, inputs: torch.Tensor, targets: torch.Tensor, seen: torch.Tensor | None = None) -> torch.Tensor:
    logits = network(inputs, attention_mask=seen).logits
    return torch.nn.functional.cross_entropy(logits.view(-1, VOCABULARY), targets.view(-1), ignore_index=-100, reduction="sum")


def learning_rate(step: int) -> float:
    return 0.02 * (STEPS - step) / STEPS


def main() -> None:
    torch.manual_seed(20)
    out = {}
    network = model()
    parameters = dict(network.named_parameters())
    out |= {f"weights.{name}": p.detach().float() for name, p in parameters.items()}
    batches = [batch() for _ in range(STEPS)]
    out["inputs"] = torch.stack([b[0] for b in batches])
    out["targets"] = torch.stack([b[1] for b in batches])

    out["logits"] = network(batches[0][0]).logits.detach()
    loss = loss_sum(network, *batches[0])
    loss.backward()
    out["loss"] = loss.detach().reshape(1)
    out |= {f"gradients.{name}": p.grad.clone() for name, p in parameters.items()}

    inputs = batches[0][0].clone()
    for s, position in ((0, 4), (0, 9), (1, 0), (1, 11)):  # sequence 2 holds one document
        inputs[s, position] = END
    network.zero_grad()
    loss = loss_sum(network, inputs, batches[0][1], within_documents(inputs))
    loss.backward()
    out["documents.inputs"] = inputs
    out["documents.loss"] = loss.detach().reshape(1)
    out |= {f"documents.gradients.{name}": p.grad.clone() for name, p in parameters.items() if "attn" in name or "wpe" in name}

    matrices = [p for p in parameters.values() if p.ndim >= 2]
    vectors = [p for p in parameters.values() if p.ndim < 2]
    groups = [{"params": matrices, "weight_decay": DECAY}, {"params": vectors, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=0.0, betas=BETAS, eps=EPSILON)
    losses, norms = [], []
    for step, (inputs, targets) in enumerate(batches):
        optimizer.zero_grad()
        loss = loss_sum(network, inputs, targets) / (targets != -100).sum()
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP_NORM))
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step)
        optimizer.step()
        losses.append(loss.detach())
    out["losses"], out["norms"] = torch.stack(losses), torch.stack(norms)
    out |= {f"trained.{name}": p.detach().clone() for name, p in parameters.items() if ".0." in name or "wte" in name}
    clipped = (out["norms"] > CLIP_NORM).sum().item()
    assert 0 < clipped < STEPS, f"clipping should be active in some steps, not in {clipped}: {out['norms']}"
    save_file({k: v.contiguous() for k, v in out.items()}, Path(__file__).with_name("gpt2.safetensors"))
    print("losses", losses, "norms", norms)


if __name__ == "__main__":
    main()
