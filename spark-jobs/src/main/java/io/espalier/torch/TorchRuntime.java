package io.espalier.torch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import io.espalier.config.ConfigException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that starts the native library, and the settings a thread needs before it computes.
 *
 * <p>The library is the one that {@code PYTORCH_LIBRARY_PATH} names, otherwise the one from the
 * class path, unpacked once into DJL's cache. Thread-safe.
 */
public final class TorchRuntime {
  static final String ENGINE = "PyTorch";
  private static final Logger LOG = LoggerFactory.getLogger(TorchRuntime.class);

  private TorchRuntime() {}

  /** The engine or why there is none: found out at the first use, once per process. */
  private record Outcome(@Nullable Engine engine, @Nullable ConfigException failure) {
    static final Outcome ONCE = startEngine();
  }

  /**
   * What was loaded.
   *
   * @param version of PyTorch, such as 2.7.1
   * @param libraryPath folder of the native libraries
   * @param cuda whether the library was built with CUDA; says nothing about a device being there
   */
  public record Description(String version, String libraryPath, boolean cuda) {}

  /**
   * Starts the native library unless it runs already, and says what was loaded.
   *
   * @throws ConfigException if it can't be loaded, with what was tried and what would work
   */
  public static Description start() {
    Engine engine = engine();
    return new Description(
        engine.getVersion(), LibUtils.getLibtorchPath(), engine.hasCapability("CUDA"));
  }

  /**
   * Prepares the calling thread to compute: its number of threads per operator, no gradient mode,
   * no graph optimiser. These settings belong to the thread, so every entry into a model sets them.
   *
   * @param threads that one operator may use, the caller included
   */
  public static void prepareThread(int threads) {
    engine();
    JniUtils.setNumThreads(threads);
    JniUtils.setGradMode(false);
    JniUtils.setGraphExecutorOptimize(false);
  }

  /**
   * The device that a name in a configuration stands for; {@code auto} is the first GPU if there is
   * one and otherwise the CPU.
   *
   * @throws ConfigException if there is no such device
   */
  public static ComputeDevice device(String name) {
    if (name.equals("auto")) {
      ComputeDevice first = new ComputeDevice(0);
      return whyUnusable(first).isEmpty() ? first : ComputeDevice.CPU;
    }
    ComputeDevice device = ComputeDevice.parse(name);
    Optional<String> problem = whyUnusable(device);
    if (problem.isPresent()) {
      throw new ConfigException(
          "device is %s but %s; cpu would work".formatted(name, problem.get()));
    }
    return device;
  }

  /** Why a device can't be used; empty if it can. */
  private static Optional<String> whyUnusable(ComputeDevice device) {
    Description library = start();
    if (!device.isCuda()) {
      return Optional.empty();
    }
    if (!library.cuda()) {
      return Optional.of(
          "the PyTorch %s library in %s was built without CUDA (PYTORCH_LIBRARY_PATH names another)"
              .formatted(library.version(), library.libraryPath()));
    }
    // Asking for one number is the only question that every driver answers honestly.
    try (NDManager manager = NDManager.newBaseManager(device.toDjl(), ENGINE)) {
      manager.zeros(new Shape(1)).toFloatArray();
      return Optional.empty();
    } catch (EngineException e) {
      return Optional.of("CUDA refuses it: " + NativeErrors.firstLine(e));
    }
  }

  static Engine engine() {
    Engine engine = Outcome.ONCE.engine;
    if (engine == null) {
      throw Objects.requireNonNull(Outcome.ONCE.failure);
    }
    return engine;
  }

  private static Outcome startEngine() {
    if (System.getProperty("ai.djl.offline") == null) {
      System.setProperty("ai.djl.offline", "true");
    }
    warnAboutSpinningThreads();
    try {
      return new Outcome(Engine.getEngine(ENGINE), null);
    } catch (EngineException | LinkageError | IllegalArgumentException | IllegalStateException e) {
      return new Outcome(null, new ConfigException(NativeErrors.whyNotLoaded(e), e));
    }
  }

  private static void warnAboutSpinningThreads() {
    if (!"PASSIVE".equalsIgnoreCase(System.getenv("OMP_WAIT_POLICY"))) {
      LOG.warn(
          "OMP_WAIT_POLICY is not PASSIVE: idle OpenMP threads will spin and slow their neighbours;"
              + " set it in the environment of the process");
    }
  }
}
