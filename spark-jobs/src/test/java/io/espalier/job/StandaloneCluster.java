package io.espalier.job;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A standalone master and workers of Spark's, each a process of its own, from the class path of the
 * tests; the executors that workers start are processes too.
 */
final class StandaloneCluster implements AutoCloseable {
  private static final int CORES = 2;
  private static final int MEGABYTES = 4096;

  private final Path folder;
  private final int port;
  private final int pagePort;
  private final List<String> options;
  private final Map<String, String> environment;
  private final Optional<HostNetwork> network;
  private final Map<String, Process> processes = new LinkedHashMap<>();

  private StandaloneCluster(
      Path folder,
      List<String> options,
      Map<String, String> environment,
      Optional<HostNetwork> network)
      throws IOException {
    this.folder = folder;
    this.options = List.copyOf(options);
    this.environment = Map.copyOf(environment);
    this.network = network;
    Files.createDirectories(folder.resolve("spark/jars")); // Spark looks for its jars there.
    Files.createDirectories(temporary());
    try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      this.port = one.getLocalPort();
      this.pagePort = other.getLocalPort();
    }
  }

  /** Starts processes that keep their files in a folder. */
  static StandaloneCluster start(Path folder, int workers) throws Exception {
    return start(folder, workers, List.of());
  }

  /** The same, whose processes have options of Java's. */
  static StandaloneCluster start(Path folder, int workers, List<String> options) throws Exception {
    return start(folder, workers, options, Map.of());
  }

  /** The same, whose processes have variables in their environment too. */
  static StandaloneCluster start(
      Path folder, int workers, List<String> options, Map<String, String> environment)
      throws Exception {
    return start(
        new StandaloneCluster(folder, options, environment, Optional.empty()), workers, options);
  }

  /** The same, each of whose workers is on a host of a network. */
  static StandaloneCluster start(
      Path folder, int workers, List<String> options, HostNetwork network) throws Exception {
    return start(
        new StandaloneCluster(folder, options, Map.of(), Optional.of(network)), workers, options);
  }

  private static StandaloneCluster start(
      StandaloneCluster cluster, int workers, List<String> options) throws Exception {
    cluster.startMaster();
    for (int worker = 0; worker < workers; worker++) {
      cluster.startWorker(worker, options);
    }
    cluster.awaitWorkers(workers);
    return cluster;
  }

  /** The same, whose workers pretend to have GPUs. */
  static StandaloneCluster startWithGpus(Path folder, int workers, int gpusPerWorker)
      throws Exception {
    StandaloneCluster cluster =
        new StandaloneCluster(folder, List.of(), Map.of(), Optional.empty());
    cluster.startMaster();
    for (int worker = 0; worker < workers; worker++) {
      cluster.startWorker(worker, PretendedGpus.of(worker, gpusPerWorker, folder));
    }
    cluster.awaitWorkers(workers);
    return cluster;
  }

  /** Starts the master, again if it was killed: it then remembers workers and applications. */
  void startMaster() throws IOException {
    List<String> recovery =
        List.of(
            "-Dspark.deploy.recoveryMode=FILESYSTEM",
            "-Dspark.deploy.recoveryDirectory="
                + Files.createDirectories(folder.resolve("recovery")));
    start(
        SparkDaemon.master(folder, classPath(), port, pagePort).with(options).with(recovery),
        host(),
        List.of());
  }

  /** One more worker joins, or one that was killed comes back. */
  void startWorker(int worker, List<String> options) throws IOException {
    Path first = Files.createDirectories(firstOnClassPath(worker));
    start(
        SparkDaemon.worker(worker, folder, classPath(), CORES, MEGABYTES, url())
            .withFirstOnClassPath(first)
            .with(options),
        network.map(hosts -> hosts.address(worker)).orElse(SparkDaemon.HOST),
        network.map(hosts -> hosts.on(worker)).orElse(List.of()));
  }

  /**
   * @param host of the process
   * @param prefix of the command that starts it there
   */
  private void start(SparkDaemon daemon, String host, List<String> prefix) throws IOException {
    ProcessBuilder builder = daemon.process();
    List<String> command = new ArrayList<>(prefix);
    command.addAll(builder.command());
    command.set(command.indexOf("--host") + 1, host);
    builder.command(command).environment().putAll(environment);
    if (!prefix.isEmpty()) {
      builder.environment().put("SPARK_LOCAL_IP", host);
    }
    processes.put(daemon.name(), builder.start());
  }

  /** The workers' hosts, if they have any of their own. */
  HostNetwork network() {
    return network.orElseThrow();
  }

  /** The process of the master or a worker. */
  ProcessHandle process(String name) {
    return Objects.requireNonNull(processes.get(name), name).toHandle();
  }

  private static String classPath() {
    return System.getProperty("java.class.path");
  }

  String url() {
    return "spark://%s:%d".formatted(host(), port);
  }

  /** Of master and drivers. */
  private String host() {
    return network.map(HostNetwork::gateway).orElse(SparkDaemon.HOST);
  }

  /** What an application needs: an executor of one core on each of two workers. */
  Map<String, String> twoExecutors() {
    Map<String, String> settings = new HashMap<>(TinyExperiment.SPARK);
    settings.put("spark.driver.host", host());
    settings.put("spark.driver.bindAddress", host());
    settings.put("spark.cores.max", "2");
    settings.put("spark.executor.cores", "1");
    settings.put("spark.executor.memory", "700m");
    settings.put(
        "spark.executor.extraJavaOptions",
        "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dai.djl.offline=true -Djava.io.tmpdir="
            + (network.isPresent() ? "." : temporary())); // Of its own on each host.
    return settings;
  }

  /** The executors' folder of temporary files. */
  Path temporary() {
    return folder.resolve("tmp");
  }

  /** A folder that the executors of a worker find classes and resources in before all others. */
  Path firstOnClassPath(int worker) {
    return folder.resolve("first-" + worker);
  }

  /** The process of an executor. */
  ProcessHandle executor(String application, String id) {
    return processes.values().stream()
        .flatMap(Process::descendants)
        .filter(process -> isExecutor(process, application, id))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no process of executor " + id));
  }

  /** The executors that a worker has started. */
  List<ProcessHandle> executorsOf(int worker) {
    return process("worker-" + worker)
        .descendants()
        .filter(process -> arguments(process).contains("--executor-id"))
        .toList();
  }

  /** The executors of all applications but one. */
  List<ProcessHandle> executorsOfOthersThan(String application) {
    return executors().filter(process -> !arguments(process).contains(application)).toList();
  }

  private Stream<ProcessHandle> executors() {
    return processes.values().stream()
        .flatMap(Process::descendants)
        .filter(process -> arguments(process).contains("--executor-id"));
  }

  private static boolean isExecutor(ProcessHandle process, String application, String id) {
    List<String> all = arguments(process);
    int at = all.indexOf("--executor-id");
    return at >= 0 && all.get(at + 1).equals(id) && all.contains(application);
  }

  /** Java's own list ends after 4096 bytes, within the class path. */
  private static List<String> arguments(ProcessHandle process) {
    try {
      String line = Files.readString(Path.of("/proc/%d/cmdline".formatted(process.pid())));
      return List.of(line.split("\0", -1));
    } catch (IOException e) {
      return List.of(); // It has just ended.
    }
  }

  /** An application that comes earlier would get both executors from one worker. */
  void awaitWorkers(int workers) throws Exception {
    while (MasterPage.at(pagePort).map(MasterPage::workers).orElse(0) != workers) {
      if (!process("master").isAlive()) {
        throw new AssertionError(Files.readString(folder.resolve("master.log")));
      }
      Thread.sleep(50);
    }
  }

  /** Ends all processes, executors first. */
  @Override
  public void close() {
    executors().forEach(ProcessHandle::destroyForcibly);
    processes.values().forEach(Process::destroyForcibly);
    for (Process process : processes.values()) {
      process.onExit().join();
    }
  }
}
