package io.espalier.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ScriptModuleTest {
  @BeforeEach
  void oneThread() {
    TorchRuntime.prepareThread(1);
  }

  @Test
  void functionsReadArgumentsAndAttributesAndWriteInPlace() {
    try (TensorScope scope = TensorScope.open(ComputeDevice.CPU);
        ScriptModule module = load("arithmetic.py")) {
      Tensor x = scope.number(2);
      Tensor y = scope.number(5);
      assertThat(module.call(scope, "difference", List.of(y, x)).get(0).item()).isEqualTo(3);
      assertThat(module.call(scope, "times_factor", List.of(y)).get(0).item()).isEqualTo(35);
      Tensor one = scope.number(1);
      Tensor two = scope.number(2);
      module.callWithLists(scope, "add_all", List.of(List.of(x, y), List.of(one, two)));
      assertThat(List.of(x.item(), y.item())).containsExactly(3.0, 7.0);
    }
  }

  @Test
  void aTensorInTwoListsIsRefusedBecauseItCanCarryOneRole() {
    try (TensorScope scope = TensorScope.open(ComputeDevice.CPU);
        ScriptModule module = load("arithmetic.py")) {
      Tensor x = scope.number(2);
      assertThatThrownBy(
              () -> module.callWithLists(scope, "add_all", List.of(List.of(x), List.of(x))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("add_all: a tensor is in list 0 and in list 1");
    }
  }

  @Test
  void aGradientIsTakenInsideAFunction() {
    try (TensorScope scope = TensorScope.open(ComputeDevice.CPU);
        ScriptModule module = load("arithmetic.py")) {
      Tensor x = scope.number(3);
      assertThat(module.call(scope, "square_gradient", List.of(x)).get(0).item()).isEqualTo(6);
    }
  }

  @Test
  void resultsDieWithTheScopeOfTheCallAndArgumentsLiveOn() {
    try (TensorScope scope = TensorScope.open(ComputeDevice.CPU);
        ScriptModule module = load("arithmetic.py")) {
      Tensor x = scope.number(3);
      Tensor result;
      try (TensorScope step = scope.child()) {
        result = module.call(step, "difference", List.of(x, x)).get(0);
        assertThat(result.item()).isZero();
      }
      assertThatThrownBy(result::item).isInstanceOf(RuntimeException.class);
      assertThat(x.item()).isEqualTo(3);
    }
  }

  @Test
  void textThatIsNoTorchScriptIsRefusedWithItsLine() {
    assertThatThrownBy(() -> load("broken.py"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("broken.py is not TorchScript")
        .hasMessageContaining("torch.no_such_operator");
    assertThatThrownBy(() -> load("missing.py")).hasMessage("missing.py is not on the class path");
  }

  private static ScriptModule load(String resource) {
    return ScriptModule.load(
        ScriptModuleTest.class, resource, Map.of("factor", 7), ComputeDevice.CPU);
  }
}
