# GPT-2 (Radford et al. 2019) in segments: what one rank computes between two collectives.
#
# Shapes: B sequences, T positions, N = B*T rows, d hidden size, V vocabulary, t ranks of the tensor-parallel group.
# Of heads, MLP columns and vocabulary a rank holds its slice: H heads of D = d/heads, M = 4d/t, W rows of the embedding.
# n rows of the residual stream are on this rank: all N, or N/t under sequence parallelism. With one rank every
# slice is the whole. Linear layers are (in, out), y = xW + b, as in Hugging Face's GPT-2 files.
#
# A sublayer is x = stream + g(partial); h = f(LayerNorm(x)); next partial = body(h). Between the segments ranks sum
# the partial results (g) and the gradient of h (f's conjugate), see SegmentTape.
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
  rank : int              # in the tensor-parallel group
  ranks : int
  sequence_ranks : int    # over which the rows of the stream are divided: ranks or 1
  first_token : int       # of the slice of the embedding
  valid_tokens : int      # its rows that aren't padding
  document_start : int    # the token at which attention begins anew; -1 = none

  # ---- Embedding. ids (B, T); tokens (W, d); positions (S, d), S >= T.

  def embed(self: __torch__.Segments, ids: Tensor, tokens: Tensor, positions: Tensor) -> List[Tensor]:
    rows = positions.slice(0, 0, ids.size(1)).repeat([ids.size(0), 1])           # (N, d)
    stream = rows.chunk(self.sequence_ranks)[self.rank % self.sequence_ranks]    # (n, d)
    flat = ids.flatten()
    if self.ranks == 1:
      partial = torch.embedding(tokens, flat)
    else:
      local, outside = (self).in_slice(flat)
      partial = torch.embedding(tokens, local).masked_fill_(outside.unsqueeze(1), 0)
    return [stream, partial]                                                     # (n, d), (N, d)

  # d (N, d): the gradient of all rows.
  def embed_backward(self: __torch__.Segments, d: Tensor, ids: Tensor, g_tokens: Tensor, g_positions: Tensor) -> List[Tensor]:
    g_positions.slice(0, 0, ids.size(1)).add_(d.view([ids.size(0), ids.size(1), -1]).sum([0]))
    local = ids.flatten()
    own = d
    if self.ranks > 1:
      local, outside = (self).in_slice(local)
      own = d.masked_fill(outside.unsqueeze(1), 0)
    # sums by sorted ids: index_add_ would give other bits at every run on a GPU
    g_tokens.add_(torch.embedding_dense_backward(own, local, g_tokens.size(0), -1, False))
    return annotate(List[Tensor], [])

  # Rows of the embedding's slice, 0 for ids outside of it; and which those are. Masked targets (-100) are outside.
  def in_slice(self: __torch__.Segments, ids: Tensor) -> Tuple[Tensor, Tensor]:
    local = ids - self.first_token
    outside = (local < 0).logical_or_(local >= self.valid_tokens)
    return (local.masked_fill_(outside, 0), outside)

  # ---- LayerNorm before a sublayer.

  def norm(self: __torch__.Segments, stream: Tensor, partial: Tensor, weight: Tensor, bias: Tensor) -> List[Tensor]:
    x = stream + partial                                                         # (n, d)
    h, mean, rstd = torch.native_layer_norm(x, [x.size(1)], weight, bias, 1e-05)
    return [x, h, mean, rstd]

  def norm_again(self: __torch__.Segments, x: Tensor, weight: Tensor, bias: Tensor) -> List[Tensor]:
    h, mean, rstd = torch.native_layer_norm(x, [x.size(1)], weight, bias, 1e-05)
    return [h, mean, rstd]

  # Adds the gradient that comes through the sublayer to that of the stream, in place.
  def norm_backward(self: __torch__.Segments, d: Tensor, dh: Tensor, x: Tensor, mean: Tensor, rstd: Tensor,
                    weight: Tensor, bias: Tensor, g_weight: Tensor, g_bias: Tensor) -> List[Tensor]:
    d.add_((self).final_norm_backward(dh, x, mean, rstd, weight, bias, g_weight, g_bias))
    return annotate(List[Tensor], [])

  # As the last LayerNorm, whose stream goes nowhere else.
  def final_norm_backward(self: __torch__.Segments, dh: Tensor, x: Tensor, mean: Tensor, rstd: Tensor,
                          weight: Tensor, bias: Tensor, g_weight: Tensor, g_bias: Tensor) -> Tensor:
    dx, dw, db = torch.native_layer_norm_backward(dh, x, [x.size(1)], mean, rstd, weight, bias, [True, True, True])
    g_weight.add_(dw)
    g_bias.add_(db)
    return dx

  # ---- Attention: proj(softmax(q k' / sqrt(D), causal) v), with q, k, v = h W + b. ids (B, T) for its shape.

  def attention(self: __torch__.Segments, h: Tensor, ids: Tensor, qkv_weight: Tensor, qkv_bias: Tensor,
                out_weight: Tensor, out_bias: Tensor) -> List[Tensor]:
    hc = h.to(self.compute)                                                      # (N, d)
    qkv = torch.addmm(qkv_bias, hc, qkv_weight).view([ids.size(0), ids.size(1), 3, self.heads, -1])
    q = qkv.select(2, 0).transpose(1, 2).requires_grad_()                        # (B, H, T, D)
    k = qkv.select(2, 1).transpose(1, 2).requires_grad_()
    v = qkv.select(2, 2).transpose(1, 2).requires_grad_()
    seen = (self).seen(ids)
    torch.set_grad_enabled(True)   # the one function left to autograd: its kernels differ per device
    a = torch.scaled_dot_product_attention(q, k, v, seen, 0., self.document_start < 0)   # (B, H, T, D)
    torch.set_grad_enabled(False)
    out = torch.addmm(out_bias, (self).merge_heads(a.detach()), out_weight)      # (N, d)
    return [out.to(self.stored), q, k, v, a]

  # The same with dropout of the probabilities, which are therefore written out: its backward is attention's.
  def attention_dropping(self: __torch__.Segments, h: Tensor, ids: Tensor, keys: Tensor, rate: Tensor,
                         qkv_weight: Tensor, qkv_bias: Tensor, out_weight: Tensor, out_bias: Tensor) -> List[Tensor]:
    qkv = torch.addmm(qkv_bias, h.to(self.compute), qkv_weight).view([ids.size(0), ids.size(1), 3, self.heads, -1])
    q = qkv.select(2, 0).transpose(1, 2).requires_grad_()                        # (B, H, T, D)
    k = qkv.select(2, 1).transpose(1, 2).requires_grad_()
    v = qkv.select(2, 2).transpose(1, 2).requires_grad_()
    unseen = (self).unseen(ids)
    dropped = (self).dropped_pairs(ids, keys, rate)                              # (B, H, T, T)
    torch.set_grad_enabled(True)
    scores = torch.matmul(q, k.transpose(2, 3)).to(self.stored).mul(q.size(3) ** -0.5).masked_fill(unseen, -inf)
    kept = torch.softmax(scores, -1).masked_fill(dropped, 0).mul((self).scale(rate))
    a = torch.matmul(kept.to(self.compute), v)                                   # (B, H, T, D)
    torch.set_grad_enabled(False)
    out = torch.addmm(out_bias, (self).merge_heads(a.detach()), out_weight)      # (N, d)
    return [out.to(self.stored), q, k, v, a]

  def attention_backward(self: __torch__.Segments, d: Tensor, h: Tensor, ids: Tensor,
                         q: Tensor, k: Tensor, v: Tensor, a: Tensor,
                         qkv_weight: Tensor, qkv_bias: Tensor, out_weight: Tensor, out_bias: Tensor,
                         g_qkv_weight: Tensor, g_qkv_bias: Tensor, g_out_weight: Tensor, g_out_bias: Tensor) -> List[Tensor]:
    g_out_bias.add_(d.sum([0]))                                                  # d (N, d)
    dc = d.to(self.compute)
    (self).add_product(g_out_weight, (self).merge_heads(a.detach()), dc)
    da = torch.mm(dc, out_weight.t()).view([ids.size(0), ids.size(1), self.heads, -1]).transpose(1, 2)
    grads = torch.grad([a], [q, k, v], annotate(List[Optional[Tensor]], [da]))
    dq = unchecked_cast(Tensor, grads[0]).transpose(1, 2)                        # (B, T, H, D)
    dk = unchecked_cast(Tensor, grads[1]).transpose(1, 2)
    dv = unchecked_cast(Tensor, grads[2]).transpose(1, 2)
    dqkv = torch.stack([dq, dk, dv], 2).view([h.size(0), -1])                    # (N, 3HD)
    g_qkv_bias.add_(dqkv.sum([0]))
    (self).add_product(g_qkv_weight, h.to(self.compute), dqkv)
    return [torch.mm(dqkv, qkv_weight.t()).to(self.stored)]

  # Which positions each sees, (B, 1, T, T): those up to itself, of its document. None: simply all up to itself.
  def seen(self: __torch__.Segments, ids: Tensor) -> Optional[Tensor]:
    if self.document_start < 0:
      mask = annotate(Optional[Tensor], None)
    else:
      document = ids.eq(self.document_start).cumsum(1)                           # (B, T): how many began
      mask = annotate(Optional[Tensor], document.unsqueeze(2).eq(document.unsqueeze(1)).tril().unsqueeze(1))
    return mask

  def unseen(self: __torch__.Segments, ids: Tensor) -> Tensor:
    seen = (self).seen(ids)
    if seen is None:
      hidden = torch.ones([ids.size(1), ids.size(1)], dtype=11, device=ids.device).triu(1)
    else:
      hidden = unchecked_cast(Tensor, seen).logical_not()
    return hidden

  # (B, H, T, D) to (N, HD)
  def merge_heads(self: __torch__.Segments, a: Tensor) -> Tensor:
    return a.transpose(1, 2).reshape([a.size(0) * a.size(2), -1])

  # ---- MLP: proj(gelu(h W + b)).

  def mlp(self: __torch__.Segments, h: Tensor, ids: Tensor, in_weight: Tensor, in_bias: Tensor,
          out_weight: Tensor, out_bias: Tensor) -> List[Tensor]:
    u = torch.addmm(in_bias, h.to(self.compute), in_weight)                      # (N, M)
    y = torch.gelu(u, approximate="tanh")
    return [torch.addmm(out_bias, y, out_weight).to(self.stored), u, y]          # (N, d)

  def mlp_backward(self: __torch__.Segments, d: Tensor, h: Tensor, ids: Tensor, u: Tensor, y: Tensor,
                   in_weight: Tensor, in_bias: Tensor, out_weight: Tensor, out_bias: Tensor,
                   g_in_weight: Tensor, g_in_bias: Tensor, g_out_weight: Tensor, g_out_bias: Tensor) -> List[Tensor]:
    g_out_bias.add_(d.sum([0]))                                                  # d (N, d)
    dc = d.to(self.compute)
    (self).add_product(g_out_weight, y, dc)
    du = torch.gelu_backward(torch.mm(dc, out_weight.t()), u, approximate="tanh")  # (N, M)
    g_in_bias.add_(du.sum([0]))
    (self).add_product(g_in_weight, h.to(self.compute), du)
    return [torch.mm(du, in_weight.t()).to(self.stored)]

  # ---- Dropout (Srivastava et al. 2014). Whether an element is dropped is a pure function of a key (one per sequence and
  # place in the model, see Dropout.java) and of where the element lies in the whole tensor. So every rank finds the
  # same for its part, and backward asks again instead of remembering. rate (1): the probability, float64 on the CPU.

  # Drops elements of rows of the stream (n, d), in place. keys (B).
  def drop(self: __torch__.Segments, rows: Tensor, ids: Tensor, keys: Tensor, rate: Tensor) -> List[Tensor]:
    rows.masked_fill_((self).dropped_rows(rows, ids, keys, rate), 0).mul_((self).scale(rate))
    return annotate(List[Tensor], [])

  # As `drop`, in a copy: for gradients.
  def dropped(self: __torch__.Segments, rows: Tensor, ids: Tensor, keys: Tensor, rate: Tensor) -> Tensor:
    return rows.masked_fill((self).dropped_rows(rows, ids, keys, rate), 0).mul_((self).scale(rate))

  # Of the embedding, whose two parts become one.
  def drop_embedding(self: __torch__.Segments, stream: Tensor, partial: Tensor, ids: Tensor,
                     keys: Tensor, rate: Tensor) -> List[Tensor]:
    stream.add_(partial)
    partial.zero_()
    return (self).drop(stream, ids, keys, rate)

  def scale(self: __torch__.Segments, rate: Tensor) -> float:
    return 1. / (1. - float(rate[0]))

  # (n, d): counter = position * 2^20 + column / 2.
  def dropped_rows(self: __torch__.Segments, rows: Tensor, ids: Tensor, keys: Tensor, rate: Tensor) -> Tensor:
    positions = torch.arange(ids.size(1), dtype=4, device=ids.device)
    starts = keys.unsqueeze(1) + (self).spread(positions * 1048576)              # (B, T)
    own = starts.flatten().chunk(self.sequence_ranks)[self.rank % self.sequence_ranks]
    return (self).dropped_elements(own, rows.size(1), rate)

  # (B, H, T, T) of queries and keys: counter = head * 2^40 + query * 2^20 + key / 2, heads counted over all ranks.
  def dropped_pairs(self: __torch__.Segments, ids: Tensor, keys: Tensor, rate: Tensor) -> Tensor:
    heads = torch.arange(self.heads, dtype=4, device=ids.device) + self.rank * self.heads
    queries = torch.arange(ids.size(1), dtype=4, device=ids.device)
    places = heads.unsqueeze(1) * 1099511627776 + queries * 1048576             # (H, T)
    starts = keys.view([-1, 1, 1]) + (self).spread(places)                       # (B, H, T)
    return (self).dropped_elements(starts, ids.size(1), rate)

  # (..., length) for starts (...): every counter gives 64 bits, SplitMix64 (Steele et al. 2014), and so two elements.
  def dropped_elements(self: __torch__.Segments, starts: Tensor, length: int, rate: Tensor) -> Tensor:
    counters = torch.arange((length + 1) // 2, dtype=4, device=starts.device)
    z = starts.unsqueeze(-1) + (self).spread(counters)
    z.bitwise_xor_(z.bitwise_right_shift(30).bitwise_and_(17179869183)).mul_(-4658895280553007687)
    z.bitwise_xor_(z.bitwise_right_shift(27).bitwise_and_(137438953471)).mul_(-7723592293110705685)
    z.bitwise_xor_(z.bitwise_right_shift(31).bitwise_and_(8589934591))
    # the upper and the lower 32 bits, as signed numbers
    threshold = (int(float(rate[0]) * 4294967296.) - 2147483648) * 4294967296
    both = torch.stack([z < threshold, z.bitwise_left_shift(32) < threshold], -1)
    return both.flatten(-2).slice(-1, 0, length)

  def spread(self: __torch__.Segments, counters: Tensor) -> Tensor:
    return counters * -7046029254386353131                                       # 2^64 / golden ratio, wraps

  # ---- Head: logits = h E', with E the token embedding, and cross-entropy, in chunks of rows.
  # For each row: p = exp(z - max z) / s, s = sum exp(z - max z), loss = log s - (z_target - max z).

  # h in the type of products, and room for its gradient.
  def head_input(self: __torch__.Segments, h: Tensor) -> List[Tensor]:
    hc = h.to(self.compute)                                                      # (N, d)
    return [hc, torch.empty_like(hc)]

  def head_gradient(self: __torch__.Segments, dh: Tensor) -> Tensor:
    return dh.to(self.stored)

  # The rows that are worked on together, so that their logits stay small.
  def chunks(self: __torch__.Segments, rows: Tensor) -> List[Tensor]:
    return torch.split(rows, self.chunk_rows)

  # Rows of logits and the largest of each; ranks take the maximum over their slices of V.
  def logits(self: __torch__.Segments, h: Tensor, tokens: Tensor) -> List[Tensor]:
    z = torch.mm(h, tokens.t()).to(self.stored)                                  # (rows, W)
    if self.valid_tokens < tokens.size(0):
      z.slice(1, self.valid_tokens, tokens.size(0)).fill_(-inf)                  # padding never wins
    return [z, z.amax([1], True)]

  # Turns logits into exponentials in place; returns what ranks sum: (rows, 2) of [s, z_target - max].
  def exponentials(self: __torch__.Segments, z: Tensor, largest: Tensor, targets: Tensor) -> Tensor:
    z.sub_(largest)
    local, outside = (self).in_slice(targets)
    target_logit = z.gather(1, local.unsqueeze(1)).masked_fill_(outside.unsqueeze(1), 0)
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
    local, outside = (self).in_slice(targets)
    z.scatter_add_(1, local.unsqueeze(1), weight.neg().masked_fill_(outside.unsqueeze(1), 0))
    dz = z.to(self.compute)
    dh.copy_(torch.mm(dz, tokens))
    (self).add_product(g_tokens, dz, h)
    return annotate(List[Tensor], [])

  def last_row(self: __torch__.Segments, h: Tensor) -> Tensor:
    return h.slice(0, h.size(0) - 1)

  # ---- Decoding: positions past..past+n of one text, whose earlier keys and values are kept. One call for all layers,
  # because a single row takes so little time that calls would count. ids [(1, n)]; at [(2)]: past and the
  # first position that these see, float64 on the CPU.
  # keys, values: (1, H, S, D) for each layer. ends: token embedding, positions, last LayerNorm's weight and bias, token
  # embedding in the type of products. norms, layers: 4 and 8 tensors for each layer, in the order of the segments.

  # Room for the keys or the values of a layer, whose c_attn has the bias given (3HD); room (1): S.
  def cache(self: __torch__.Segments, qkv_bias: Tensor, room: Tensor) -> Tensor:
    head_size = qkv_bias.size(0) // (3 * self.heads)
    return torch.zeros([1, self.heads, int(float(room[0])), head_size], dtype=self.compute, device=qkv_bias.device)

  # The last sublayer's [stream, partial] (n, d); writes the keys and values of the positions read.
  def decode(self: __torch__.Segments, ids: List[Tensor], at: List[Tensor], keys: List[Tensor], values: List[Tensor],
             ends: List[Tensor], norms: List[Tensor], layers: List[Tensor]) -> List[Tensor]:
    past = int(float(at[0][0]))
    first = int(float(at[0][1]))
    x = torch.embedding(ends[0], ids[0].flatten())                               # (n, d)
    partial = ends[1].slice(0, past, past + x.size(0))
    for i in range(len(keys)):
      x = x + partial
      h, mean, rstd = torch.native_layer_norm(x, [x.size(1)], norms[4 * i], norms[4 * i + 1], 1e-05)
      partial = (self).attend(h, past, first, keys[i], values[i],
                              layers[8 * i], layers[8 * i + 1], layers[8 * i + 2], layers[8 * i + 3])
      x = x + partial
      h, mean, rstd = torch.native_layer_norm(x, [x.size(1)], norms[4 * i + 2], norms[4 * i + 3], 1e-05)
      u = torch.addmm(layers[8 * i + 5], h.to(self.compute), layers[8 * i + 4])  # (n, M)
      y = torch.gelu(u, approximate="tanh")
      partial = torch.addmm(layers[8 * i + 7], y, layers[8 * i + 6]).to(self.stored)
    return [x, partial]

  # The same for a single position, on to the logits of the token that follows it (1, V).
  def decode_next(self: __torch__.Segments, ids: List[Tensor], at: List[Tensor], keys: List[Tensor], values: List[Tensor],
                  ends: List[Tensor], norms: List[Tensor], layers: List[Tensor]) -> Tensor:
    last = (self).decode(ids, at, keys, values, ends, norms, layers)
    x = last[0] + last[1]
    h, mean, rstd = torch.native_layer_norm(x, [x.size(1)], ends[2], ends[3], 1e-05)
    return torch.mm(h.to(self.compute), ends[4].slice(0, 0, self.valid_tokens).t()).to(self.stored)

  # Attention of n new positions over the past from first on and each other: h (n, d) to (n, d).
  def attend(self: __torch__.Segments, h: Tensor, past: int, first: int, keys: Tensor, values: Tensor,
             qkv_weight: Tensor, qkv_bias: Tensor, out_weight: Tensor, out_bias: Tensor) -> Tensor:
    n = h.size(0)
    qkv = torch.addmm(qkv_bias, h.to(self.compute), qkv_weight).view([1, n, 3, self.heads, -1])
    q = qkv.select(2, 0).transpose(1, 2)                                         # (1, H, n, D)
    keys.slice(2, past, past + n).copy_(qkv.select(2, 1).transpose(1, 2))
    values.slice(2, past, past + n).copy_(qkv.select(2, 2).transpose(1, 2))
    k = keys.slice(2, first, past + n)                                           # (1, H, past - first + n, D)
    v = values.slice(2, first, past + n)
    if n == 1:
      a = torch.scaled_dot_product_attention(q, k, v, None, 0., False)
    else:
      if past == first:
        a = torch.scaled_dot_product_attention(q, k, v, None, 0., True)
      else:
        seen = torch.ones([n, past - first + n], dtype=11, device=h.device).tril(past - first)
        a = torch.scaled_dot_product_attention(q, k, v, seen, 0., False)
    return torch.addmm(out_bias, (self).merge_heads(a), out_weight).to(self.stored)

  # ---- Shared.

  # g += a' b; in one operator where the product has the type of the gradient.
  def add_product(self: __torch__.Segments, g: Tensor, a: Tensor, b: Tensor) -> NoneType:
    if self.compute == self.stored:
      g.addmm_(a.t(), b)
    else:
      g.add_(torch.mm(a.t(), b))
    return None
