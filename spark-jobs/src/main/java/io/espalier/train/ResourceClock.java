package io.espalier.train;

import io.espalier.model.ModelOptions;
import io.espalier.torch.TorchRuntime;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * Seconds since its making: wall, device and CPU. Asked by the thread that made it.
 *
 * @param devices held; a CPU core counts as one
 * @param wholeProcess whether CPU time is the process's, because the native library computes in
 *     threads of its own
 */
public record ResourceClock(
    int devices, boolean wholeProcess, long startNanos, double startCpuSeconds) {

  /** Starts with what a model computes on. */
  public static ResourceClock start(ModelOptions options) {
    boolean gpu = TorchRuntime.device(options.device()).isCuda();
    return start(gpu ? 1 : options.threads(), gpu || options.threads() > 1);
  }

  /** Starts for work on so many cores that isn't a model's. */
  public static ResourceClock onCores(int cores) {
    return start(cores, cores > 1);
  }

  private static ResourceClock start(int devices, boolean wholeProcess) {
    return new ResourceClock(devices, wholeProcess, System.nanoTime(), cpuSeconds(wholeProcess));
  }

  /** Wall seconds. */
  public double wallSeconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  /** Wall seconds × devices held. */
  public double deviceSeconds() {
    return devices * wallSeconds();
  }

  /** Seconds of processor time, of the thread or of the whole process. */
  public double cpuSeconds() {
    return cpuSeconds(wholeProcess) - startCpuSeconds;
  }

  private static double cpuSeconds(boolean wholeProcess) {
    return wholeProcess
        ? ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9
        : ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
  }
}
