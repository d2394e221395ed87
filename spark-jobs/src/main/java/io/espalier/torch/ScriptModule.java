package io.espalier.torch;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * TorchScript functions ("segments") loaded from a resource. Calls compute in the calling thread
 * with the settings of {@link TorchRuntime#prepareThread}. Owns native memory until closed. One
 * thread at a time, because arguments carry their roles while a call lasts.
 */
public final class ScriptModule implements AutoCloseable {
  private final Model model;
  private final PtSymbolBlock block;

  private ScriptModule(Model model) {
    this.model = model;
    this.block = (PtSymbolBlock) model.getBlock();
  }

  /**
   * Loads the class {@code Segments} of a resource.
   *
   * @param owner class beside which the resource lies
   * @param attributes whole numbers that the text reads as {@code self.<name>}
   * @throws IllegalStateException if the text isn't TorchScript; the message has the line
   */
  public static ScriptModule load(
      Class<?> owner, String resource, Map<String, Integer> attributes, ComputeDevice device) {
    TorchRuntime.engine();
    byte[] archive = ScriptArchive.write(text(owner, resource), attributes);
    Model model = Model.newInstance(resource, device.toDjl(), TorchRuntime.ENGINE);
    try {
      model.load(new ByteArrayInputStream(archive), Map.of());
    } catch (IOException | MalformedModelException | EngineException e) {
      model.close();
      throw new IllegalStateException("%s is not TorchScript: %s".formatted(resource, e), e);
    }
    return new ScriptModule(model);
  }

  /**
   * Calls a function whose results (a tensor or a list of tensors) belong to {@code scope}.
   *
   * @param arguments tensors in the order of the function's parameters
   */
  public List<Tensor> call(TensorScope scope, String function, List<Tensor> arguments) {
    NDList list = start(scope, function);
    arguments.forEach(a -> add(list, null, a));
    List<Tensor> results = run(list);
    scope.called();
    return results;
  }

  /**
   * As {@link #call}, for a function whose parameters are all lists of tensors. No list is empty,
   * and no tensor is in two of them.
   */
  public List<Tensor> callWithLists(
      TensorScope scope, String function, List<List<Tensor>> arguments) {
    NDList list = start(scope, function);
    Map<Tensor, Integer> seen = new HashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      for (Tensor argument : arguments.get(i)) {
        Integer other = seen.put(argument, i);
        if (other != null && other != i) {
          throw new IllegalArgumentException(
              "%s: a tensor is in list %d and in list %d".formatted(function, other, i));
        }
        add(list, "list" + i + "[]", argument);
      }
    }
    return run(list);
  }

  /**
   * The name comes first: DJL gives results to the owner of the first array, never to a
   * parameter's.
   */
  private static NDList start(TensorScope scope, String function) {
    return new NDList(scope.methodName(function));
  }

  private static void add(NDList list, @Nullable String name, Tensor tensor) {
    NDArray array = tensor.array();
    array.setName(name);
    list.add(array);
  }

  /** {@code true} = as in training: {@code false} would forbid a segment to record gradients. */
  private List<Tensor> run(NDList arguments) {
    return IValueUtils.forward(block, arguments, true).stream().map(Tensor::new).toList();
  }

  private static String text(Class<?> owner, String resource) {
    try (InputStream in = owner.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("%s is not on the class path".formatted(resource));
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
