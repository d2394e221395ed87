# What ScriptModuleTest expects to be refused.
class Segments(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  factor : int

  def wrong(self: __torch__.Segments, x: Tensor) -> Tensor:
    return torch.no_such_operator(x)
