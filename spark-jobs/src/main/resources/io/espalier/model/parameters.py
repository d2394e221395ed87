# Operators on flat buffers: gradient norm, clipping, AdamW (Loshchilov and Hutter 2019), casting.
#
# What is written to comes in as an argument: TorchScript drops a write into a list made in the script.
# `compute` is PyTorch's type number of matrix products (6 float32, 7 float64, 15 bfloat16).
class Segments(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  compute : int

  # Euclidean norm over all gradients; ranks sum its square over the slices they hold.
  def norm(self: __torch__.Segments, gradients: List[Tensor]) -> Tensor:
    return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gradients, 2)))

  def scale(self: __torch__.Segments, gradient: List[Tensor], settings: List[Tensor]) -> List[Tensor]:
    torch._foreach_mul_(gradient, float(settings[0][0]))
    return annotate(List[Tensor], [])

  # settings: [learning rate, beta1, beta2, weight decay, epsilon], float64.
  def adamw(self: __torch__.Segments, weights: List[Tensor], gradients: List[Tensor], first_moments: List[Tensor],
            second_moments: List[Tensor], steps: List[Tensor], settings: List[Tensor]) -> List[Tensor]:
    s = settings[0]
    torch._fused_adamw_(weights, gradients, first_moments, second_moments, annotate(List[Tensor], []), steps,
                        lr=float(s[0]), beta1=float(s[1]), beta2=float(s[2]), weight_decay=float(s[3]), eps=float(s[4]),
                        amsgrad=False, maximize=False)
    return annotate(List[Tensor], [])

  def zero(self: __torch__.Segments, tensors: List[Tensor]) -> List[Tensor]:
    torch._foreach_zero_(tensors)
    return annotate(List[Tensor], [])

  # A copy of the weights in the type of matrix products.
  def cast(self: __torch__.Segments, weights: Tensor) -> Tensor:
    return weights.to(self.compute)

  def copy(self: __torch__.Segments, target: Tensor, source: Tensor) -> List[Tensor]:
    target.copy_(source)
    return annotate(List[Tensor], [])

  def zeros_like(self: __torch__.Segments, x: Tensor) -> Tensor:
    return torch.zeros_like(x)
