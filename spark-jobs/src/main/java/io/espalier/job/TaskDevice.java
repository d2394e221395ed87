package io.espalier.job;

import io.espalier.torch.TorchRuntime;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.jspecify.annotations.Nullable;

/** Which device a task computes on. */
final class TaskDevice {
  private TaskDevice() {}

  /**
   * The GPU that Spark gave this task, if it gave one; otherwise what the configuration says. It is
   * the device that was found, so that provenance and ledger never name {@code auto}.
   *
   * @param configured {@code auto}, {@code cpu} or {@code cuda:<number>}
   * @return {@code cpu} or {@code cuda:<number>}
   * @throws io.espalier.config.ConfigException if there is no such device
   */
  static String of(String configured) {
    TaskContext context = TaskContext.get();
    @Nullable ResourceInformation gpu = context == null ? null : context.resourcesJMap().get("gpu");
    String name =
        gpu == null || gpu.addresses().length == 0 || configured.equals("cpu")
            ? configured
            : "cuda:" + gpu.addresses()[0];
    return TorchRuntime.device(name).toString();
  }
}
