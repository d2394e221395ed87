package io.espalier.job;

import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.jspecify.annotations.Nullable;

/** Which device a task computes on. */
final class TaskDevice {
  private TaskDevice() {}

  /**
   * The GPU that Spark gave this task, if it gave one; otherwise what the configuration says.
   *
   * @param configured {@code auto}, {@code cpu} or {@code cuda:<number>}
   */
  static String of(String configured) {
    TaskContext context = TaskContext.get();
    @Nullable ResourceInformation gpu = context == null ? null : context.resourcesJMap().get("gpu");
    return gpu == null || gpu.addresses().length == 0 || configured.equals("cpu")
        ? configured
        : "cuda:" + gpu.addresses()[0];
  }
}
