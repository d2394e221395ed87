package io.espalier.cli;

import com.sun.management.OperatingSystemMXBean;
import io.espalier.config.ConfigException;
import io.espalier.torch.ComputeDevice;
import io.espalier.torch.TorchRuntime;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks over the machine: what is there, what is missing, what to do about it. */
final class Doctor {
  private static final int JAVA_VERSION = 17;
  private static final long GIGABYTE = 1_000_000_000L;

  /** Spark's driver, libtorch and one small model in training. */
  private static final long MEMORY_NEEDED_BYTES = 3 * GIGABYTE;

  /** Tables and checkpoints of the quickstart take a few hundred megabytes. */
  private static final long DISK_NEEDED_BYTES = GIGABYTE;

  /** libtorch unpacked, as measured: 450 MB. */
  private static final long NATIVE_CACHE_BYTES = GIGABYTE / 2;

  private final Map<String, String> environment;
  private final Path output;

  Doctor(Map<String, String> environment, Path output) {
    this.environment = environment;
    this.output = output;
  }

  List<Finding> examine() {
    return List.of(
        java(),
        nativeLibrary(),
        gpu(),
        cores(),
        memory(),
        disk("Disk for runs", output, DISK_NEEDED_BYTES, "choose another folder with --output"),
        disk("Disk for libtorch", nativeCache(), NATIVE_CACHE_BYTES, "set DJL_CACHE_DIR"),
        openMp(),
        library("Spark", "org.apache.spark.sql.SparkSession"),
        library("Delta Lake", "io.delta.tables.DeltaTable"),
        sparkHome(),
        slots());
  }

  private static Finding java() {
    String found = Runtime.version() + ", " + System.getProperty("java.home");
    return Runtime.version().feature() == JAVA_VERSION
        ? Finding.found("Java", found)
        : Finding.missing("Java", found, "Spark 4.1 is used with Java 17: set JAVA_HOME to one");
  }

  private static Finding nativeLibrary() {
    try {
      TorchRuntime.Description torch = TorchRuntime.start();
      return Finding.found(
          "PyTorch library",
          "%s, built %s CUDA, %s"
              .formatted(torch.version(), torch.cuda() ? "with" : "without", torch.libraryPath()));
    } catch (ConfigException e) {
      return Finding.missing("PyTorch library", "can't be loaded", String.valueOf(e.getMessage()));
    }
  }

  private static Finding gpu() {
    List<String> cards = NvidiaCards.names();
    try {
      ComputeDevice device = TorchRuntime.device("auto");
      if (device.isCuda()) {
        return Finding.found("GPU", "%s; training uses %s".formatted(join(cards), device));
      }
    } catch (ConfigException e) {
      // The line about the library says why.
    }
    return cards.isEmpty()
        ? Finding.found("GPU", "none: training runs on the CPU")
        : Finding.warning(
            "GPU",
            join(cards) + ", but the PyTorch library can't use it",
            "set PYTORCH_LIBRARY_PATH to the lib folder of a PyTorch 2.7.1 with CUDA, and"
                + " PYTORCH_FLAVOR=cu128");
  }

  private static String join(List<String> cards) {
    return cards.isEmpty() ? "a GPU" : String.join(", ", cards);
  }

  private static Finding cores() {
    return Finding.found("Cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
  }

  private static Finding memory() {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long total = system.getTotalMemorySize();
    String found =
        "%s, of which Java's heap may take %s"
            .formatted(Quantities.bytes(total), Quantities.bytes(Runtime.getRuntime().maxMemory()));
    return total >= MEMORY_NEEDED_BYTES
        ? Finding.found("Memory", found)
        : Finding.warning(
            "Memory", found, "runs may be cut short: 3 GB are needed for the quickstart");
  }

  private static Finding disk(String what, Path folder, long neededBytes, String otherwise) {
    Path existing = folder.toAbsolutePath();
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    try {
      long free = Files.getFileStore(existing).getUsableSpace();
      String found = "%s free at %s".formatted(Quantities.bytes(free), folder.toAbsolutePath());
      if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
        return Finding.missing(what, existing + " can't be written to", otherwise);
      }
      return free >= neededBytes
          ? Finding.found(what, found)
          : Finding.missing(
              what,
              found,
              "%s are needed: free some, or %s"
                  .formatted(Quantities.bytes(neededBytes), otherwise));
    } catch (IOException e) {
      return Finding.missing(what, "can't look at " + existing + ": " + e.getMessage(), otherwise);
    }
  }

  /** Where DJL unpacks libtorch, by its own order of preference. */
  private Path nativeCache() {
    String chosen =
        environment.getOrDefault("ENGINE_CACHE_DIR", environment.getOrDefault("DJL_CACHE_DIR", ""));
    return chosen.isEmpty() ? Path.of(System.getProperty("user.home"), ".djl.ai") : Path.of(chosen);
  }

  private Finding openMp() {
    String policy = environment.getOrDefault("OMP_WAIT_POLICY", "");
    return policy.equalsIgnoreCase("PASSIVE")
        ? Finding.found("OpenMP", "OMP_WAIT_POLICY=" + policy)
        : Finding.warning(
            "OpenMP",
            policy.isEmpty() ? "OMP_WAIT_POLICY is not set" : "OMP_WAIT_POLICY=" + policy,
            "idle threads spin and slow their neighbours: export OMP_WAIT_POLICY=PASSIVE");
  }

  private static Finding library(String what, String className) {
    return jarOf(className)
        .map(jar -> Finding.found(what, versionIn(jar)))
        .orElseGet(() -> Finding.missing(what, "not on the class path", "start by bin/espalier"));
  }

  private Finding sparkHome() {
    String home = environment.getOrDefault("SPARK_HOME", "");
    if (home.isEmpty()) {
      return Finding.found("SPARK_HOME", "not set: YARN and Kubernetes need a Spark distribution");
    }
    return Files.isExecutable(Path.of(home, "bin", "spark-submit"))
        ? Finding.found("SPARK_HOME", home)
        : Finding.missing(
            "SPARK_HOME",
            home + " has no bin/spark-submit",
            "point it to a Spark 4.1 distribution, or unset it");
  }

  private static Finding slots() {
    int slots = Runtime.getRuntime().availableProcessors();
    return Finding.found(
        "Slots", "%d: so many experts train at a time with local[*]".formatted(slots));
  }

  private static Optional<String> jarOf(String className) {
    try {
      Class<?> type = Class.forName(className, false, Doctor.class.getClassLoader());
      return Optional.of(type.getProtectionDomain().getCodeSource().getLocation().getPath());
    } catch (ClassNotFoundException | LinkageError e) {
      return Optional.empty();
    }
  }

  /** The version at the end of a jar's name, or the path of what has none. */
  static String versionIn(String jar) {
    Matcher version = Pattern.compile("-([0-9][^/-]*(?:-[A-Z]+)?)\\.jar$").matcher(jar);
    return version.find() ? version.group(1) : jar;
  }
}
