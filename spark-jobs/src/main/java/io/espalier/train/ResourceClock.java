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
record ResourceClock(int devices, boolean wholeProcess, long startNanos, double startCpuSeconds) {

  static ResourceClock start(ModelOptions options) {
    boolean gpu = TorchRuntime.device(options.device()).isCuda();
    boolean wholeProcess = gpu || options.threads() > 1;
    return new ResourceClock(
        gpu ? 1 : options.threads(), wholeProcess, System.nanoTime(), cpuSeconds(wholeProcess));
  }

  double wallSeconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  double deviceSeconds() {
    return devices * wallSeconds();
  }

  double cpuSeconds() {
    return cpuSeconds(wholeProcess) - startCpuSeconds;
  }

  private static double cpuSeconds(boolean wholeProcess) {
    return wholeProcess
        ? ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9
        : ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
  }
}
