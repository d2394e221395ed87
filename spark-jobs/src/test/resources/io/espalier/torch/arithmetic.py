# What ScriptModuleTest calls.
class Segments(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  factor : int

  def difference(self: __torch__.Segments, x: Tensor, y: Tensor) -> Tensor:
    return x - y

  def times_factor(self: __torch__.Segments, x: Tensor) -> List[Tensor]:
    return [x * self.factor]

  def add_all(self: __torch__.Segments, x: List[Tensor], y: List[Tensor]) -> List[Tensor]:
    torch._foreach_add_(x, y)
    return annotate(List[Tensor], [])

  def square_gradient(self: __torch__.Segments, x: Tensor) -> Tensor:
    leaf = x.detach().requires_grad_()
    torch.set_grad_enabled(True)
    y = leaf * leaf
    torch.set_grad_enabled(False)
    grads = torch.grad([y], [leaf], annotate(List[Optional[Tensor]], [torch.ones_like(y)]))
    return unchecked_cast(Tensor, grads[0])
