package io.espalier.torch;

import ai.djl.Device;
import io.espalier.config.ConfigException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where tensors live: the CPU or one CUDA device.
 *
 * @param index 0-based number of the CUDA device; −1 for the CPU
 */
public record ComputeDevice(int index) {
  private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

  /** The CPU. */
  public static final ComputeDevice CPU = new ComputeDevice(-1);

  /**
   * Reads {@code cpu}, {@code cuda} (the first) or {@code cuda:<number>}; doesn't ask whether the
   * device exists, see {@link TorchRuntime#device}.
   */
  static ComputeDevice parse(String name) {
    if (name.equals("cpu")) {
      return CPU;
    }
    Matcher matcher = CUDA.matcher(name);
    if (!matcher.matches()) {
      throw new ConfigException(
          "device is \"%s\" but must be auto, cpu or cuda:<number>, such as cuda:0"
              .formatted(name));
    }
    return new ComputeDevice(matcher.group(1) == null ? 0 : Integer.parseInt(matcher.group(1)));
  }

  /** Whether this is a GPU. */
  public boolean isCuda() {
    return index >= 0;
  }

  Device toDjl() {
    return isCuda() ? Device.gpu(index) : Device.cpu();
  }

  @Override
  public String toString() {
    return isCuda() ? "cuda:" + index : "cpu";
  }
}
