# GPT-2 (Radford et al. 2019) in segments: what one rank computes between two collectives.
#
# Shapes: B sequences, T positions, N = B*T rows, d hidden size, H heads, D = d/H, V vocabulary.
# Linear layers are (in, out), y = xW + b, as in Hugging Face's GPT-2 files.
#
# Forward, a block segment takes the residual stream and the partial result of the segment before:
#     x = stream + partial,   next partial = f(x)
# and returns [x, next partial, what backward needs ...].
# Backward it takes the gradients of both, and adds weight gradients to the buffers g_*:
#     d = d_stream + d_partial,   next d_partial = (df/dx)' d
# and returns [d, next d_partial]. Partial results and gradients are what ranks sum.
#
# `stored` and `compute` are PyTorch's type numbers (6 float32, 7 float64, 15 bfloat16).
class Segments(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  stored : int
  compute : int
  heads : int
  chunk_rows : int

  # ---- Embedding. ids (B, T); tokens (V, d); positions (S, d), S >= T.

  def embed(self: __torch__.Segments, ids: Tensor, tokens: Tensor, positions: Tensor) -> List[Tensor]:
    stream = positions.slice(0, 0, ids.size(1))                                  # (T, d)
    return [stream, torch.embedding(tokens, ids)]                                # (B, T, d)

  def embed_backward(self: __torch__.Segments, d_stream: Tensor, d_partial: Tensor, ids: Tensor,
                     g_tokens: Tensor, g_positions: Tensor) -> List[Tensor]:
    d = d_stream.add_(d_partial)
    g_positions.slice(0, 0, ids.size(1)).add_(d.sum([0]))
    # sums by sorted ids: index_add_ would give other bits at every run on a GPU
    g_tokens.add_(torch.embedding_dense_backward(d.flatten(0, 1), ids.flatten(), g_tokens.size(0), -1, False))
    return [d]

  # ---- Attention: x + proj(softmax(q k' / sqrt(D), causal) v), with q, k, v = LayerNorm(x) W + b.

  def attention(self: __torch__.Segments, stream: Tensor, partial: Tensor,
                ln_weight: Tensor, ln_bias: Tensor, qkv_weight: Tensor, qkv_bias: Tensor,
                out_weight: Tensor, out_bias: Tensor) -> List[Tensor]:
    x = stream + partial
    return [x] + (self).attention_again(x, ln_weight, ln_bias, qkv_weight, qkv_bias, out_weight, out_bias)

  def attention_again(self: __torch__.Segments, x: Tensor,
                      ln_weight: Tensor, ln_bias: Tensor, qkv_weight: Tensor, qkv_bias: Tensor,
                      out_weight: Tensor, out_bias: Tensor) -> List[Tensor]:
    h, mean, rstd = torch.native_layer_norm(x, [x.size(2)], ln_weight, ln_bias, 1e-05)
    h2 = h.flatten(0, 1).to(self.compute)                                        # (N, d)
    qkv = torch.addmm(qkv_bias, h2, qkv_weight).view([x.size(0), x.size(1), 3, self.heads, -1])
    q = qkv.select(2, 0).transpose(1, 2).requires_grad_()                        # (B, H, T, D)
    k = qkv.select(2, 1).transpose(1, 2).requires_grad_()
    v = qkv.select(2, 2).transpose(1, 2).requires_grad_()
    torch.set_grad_enabled(True)   # the one function left to autograd: its kernels differ per device
    a = torch.scaled_dot_product_attention(q, k, v, None, 0., True)              # (B, H, T, D)
    torch.set_grad_enabled(False)
    out = torch.addmm(out_bias, (self).merge_heads(a.detach()), out_weight)      # (N, d)
    return [out.view(x.size()), mean, rstd, h2, q, k, v, a]

  def attention_backward(self: __torch__.Segments, d_stream: Tensor, d_partial: Tensor, x: Tensor,
                         mean: Tensor, rstd: Tensor, h: Tensor, q: Tensor, k: Tensor, v: Tensor, a: Tensor,
                         ln_weight: Tensor, ln_bias: Tensor, qkv_weight: Tensor, qkv_bias: Tensor,
                         out_weight: Tensor, out_bias: Tensor,
                         g_ln_weight: Tensor, g_ln_bias: Tensor, g_qkv_weight: Tensor, g_qkv_bias: Tensor,
                         g_out_weight: Tensor, g_out_bias: Tensor) -> List[Tensor]:
    d = d_stream.add_(d_partial)
    d2 = d.flatten(0, 1)                                                         # (N, d)
    g_out_bias.add_(d2.sum([0]))
    dc = d2.to(self.compute)
    (self).add_product(g_out_weight, (self).merge_heads(a.detach()), dc)
    da = torch.mm(dc, out_weight.t()).view([x.size(0), x.size(1), self.heads, -1]).transpose(1, 2)
    grads = torch.grad([a], [q, k, v], annotate(List[Optional[Tensor]], [da]))
    dq = unchecked_cast(Tensor, grads[0]).transpose(1, 2)                        # (B, T, H, D)
    dk = unchecked_cast(Tensor, grads[1]).transpose(1, 2)
    dv = unchecked_cast(Tensor, grads[2]).transpose(1, 2)
    dqkv = torch.stack([dq, dk, dv], 2).view([h.size(0), -1])                    # (N, 3d)
    g_qkv_bias.add_(dqkv.sum([0]))
    (self).add_product(g_qkv_weight, h, dqkv)
    dh = torch.mm(dqkv, qkv_weight.t()).to(self.stored).view(x.size())
    return [d, (self).norm_backward(dh, x, mean, rstd, ln_weight, ln_bias, g_ln_weight, g_ln_bias)]

  # (B, H, T, D) to (N, d)
  def merge_heads(self: __torch__.Segments, a: Tensor) -> Tensor:
    return a.transpose(1, 2).reshape([a.size(0) * a.size(2), -1])

  # ---- MLP: x + proj(gelu(LayerNorm(x) W + b)).

  def mlp(self: __torch__.Segments, stream: Tensor, partial: Tensor,
          ln_weight: Tensor, ln_bias: Tensor, in_weight: Tensor, in_bias: Tensor,
          out_weight: Tensor, out_bias: Tensor) -> List[Tensor]:
    x = stream + partial
    return [x] + (self).mlp_again(x, ln_weight, ln_bias, in_weight, in_bias, out_weight, out_bias)

  def mlp_again(self: __torch__.Segments, x: Tensor,
                ln_weight: Tensor, ln_bias: Tensor, in_weight: Tensor, in_bias: Tensor,
                out_weight: Tensor, out_bias: Tensor) -> List[Tensor]:
    h, mean, rstd = torch.native_layer_norm(x, [x.size(2)], ln_weight, ln_bias, 1e-05)
    h2 = h.flatten(0, 1).to(self.compute)                                        # (N, d)
    u = torch.addmm(in_bias, h2, in_weight)                                      # (N, 4d)
    y = torch.gelu(u, approximate="tanh")
    out = torch.addmm(out_bias, y, out_weight)                                   # (N, d)
    return [out.view(x.size()), mean, rstd, h2, u, y]

  def mlp_backward(self: __torch__.Segments, d_stream: Tensor, d_partial: Tensor, x: Tensor,
                   mean: Tensor, rstd: Tensor, h: Tensor, u: Tensor, y: Tensor,
                   ln_weight: Tensor, ln_bias: Tensor, in_weight: Tensor, in_bias: Tensor,
                   out_weight: Tensor, out_bias: Tensor,
                   g_ln_weight: Tensor, g_ln_bias: Tensor, g_in_weight: Tensor, g_in_bias: Tensor,
                   g_out_weight: Tensor, g_out_bias: Tensor) -> List[Tensor]:
    d = d_stream.add_(d_partial)
    d2 = d.flatten(0, 1)                                                         # (N, d)
    g_out_bias.add_(d2.sum([0]))
    dc = d2.to(self.compute)
    (self).add_product(g_out_weight, y, dc)
    du = torch.gelu_backward(torch.mm(dc, out_weight.t()), u, approximate="tanh")  # (N, 4d)
    g_in_bias.add_(du.sum([0]))
    (self).add_product(g_in_weight, h, du)
    dh = torch.mm(du, in_weight.t()).to(self.stored).view(x.size())
    return [d, (self).norm_backward(dh, x, mean, rstd, ln_weight, ln_bias, g_ln_weight, g_ln_bias)]

  # ---- Head: logits = LayerNorm(x) E', with E the token embedding, and cross-entropy, in chunks of rows.
  # For each row: p = exp(z - max z) / s, s = sum exp(z - max z), loss = log s - (z_target - max z).

  def final_norm(self: __torch__.Segments, stream: Tensor, partial: Tensor,
                 ln_weight: Tensor, ln_bias: Tensor) -> List[Tensor]:
    x = stream + partial
    h, mean, rstd = torch.native_layer_norm(x, [x.size(2)], ln_weight, ln_bias, 1e-05)
    h2 = h.flatten(0, 1).to(self.compute)                                        # (N, d)
    return [h2, torch.empty_like(h2), x, mean, rstd]                             # the second: room for dh

  def final_norm_backward(self: __torch__.Segments, dh: Tensor, x: Tensor, mean: Tensor, rstd: Tensor,
                          ln_weight: Tensor, ln_bias: Tensor, g_ln_weight: Tensor, g_ln_bias: Tensor) -> List[Tensor]:
    d = (self).norm_backward(dh.to(self.stored).view(x.size()), x, mean, rstd, ln_weight, ln_bias, g_ln_weight, g_ln_bias)
    return [torch.zeros_like(d), d]

  # The rows that are worked on together, so that their logits stay small.
  def chunks(self: __torch__.Segments, rows: Tensor) -> List[Tensor]:
    return torch.split(rows, self.chunk_rows)

  # Rows of logits and the largest of each; ranks take the maximum over their slices of V.
  def logits(self: __torch__.Segments, h: Tensor, tokens: Tensor) -> List[Tensor]:
    z = torch.mm(h, tokens.t()).to(self.stored)                                  # (rows, V)
    return [z, z.amax([1], True)]

  # Turns logits into exponentials in place; returns what ranks sum: (rows, 2) of [s, z_target - max].
  def exponentials(self: __torch__.Segments, z: Tensor, largest: Tensor, targets: Tensor) -> Tensor:
    z.sub_(largest)
    target_logit = z.gather(1, targets.clamp_min(0).unsqueeze(1))
    z.exp_()
    return torch.cat([z.sum([1], True), target_logit], 1)

  # ln p(target) of each row, 0 where masked.
  def log_probabilities(self: __torch__.Segments, sums: Tensor, targets: Tensor) -> Tensor:
    return (sums.select(1, 1) - sums.select(1, 0).log()).masked_fill_(targets < 0, 0)

  # Adds up the loss (float64), turns exponentials into d(scale * loss)/d(logits) = scale * (p - onehot) in
  # place, writes dh and adds to g_tokens.
  def head_backward(self: __torch__.Segments, exponentials: Tensor, sums: Tensor, targets: Tensor, scale: Tensor,
                    h: Tensor, tokens: Tensor, loss: Tensor, dh: Tensor, g_tokens: Tensor) -> List[Tensor]:
    loss.sub_((self).log_probabilities(sums, targets).sum(dtype=7))
    weight = (targets >= 0).to(self.stored).mul_(float(scale[0])).unsqueeze(1)    # (rows, 1)
    z = exponentials.mul_(weight / sums.slice(1, 0, 1))
    z.scatter_add_(1, targets.clamp_min(0).unsqueeze(1), weight.neg())
    dz = z.to(self.compute)
    dh.copy_(torch.mm(dz, tokens))
    (self).add_product(g_tokens, dz, h)
    return annotate(List[Tensor], [])

  def last_row(self: __torch__.Segments, h: Tensor) -> Tensor:
    return h.slice(0, h.size(0) - 1)

  # ---- Shared.

  # g += a' b; in one operator where the product has the type of the gradient.
  def add_product(self: __torch__.Segments, g: Tensor, a: Tensor, b: Tensor) -> NoneType:
    if self.compute == self.stored:
      g.addmm_(a.t(), b)
    else:
      g.add_(torch.mm(a.t(), b))
    return None

  def norm_backward(self: __torch__.Segments, dh: Tensor, x: Tensor, mean: Tensor, rstd: Tensor,
                    weight: Tensor, bias: Tensor, g_weight: Tensor, g_bias: Tensor) -> Tensor:
    dx, dw, db = torch.native_layer_norm_backward(dh, x, [x.size(2)], mean, rstd, weight, bias, [True, True, True])
    g_weight.add_(dw)
    g_bias.add_(db)
    return dx
