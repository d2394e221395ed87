package io.espalier.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * A standalone master and workers of Spark's, each a process of its own, from the class path of the
 * tests; the executors that workers start are processes too.
 */
final class StandaloneCluster implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

  private final Path folder;
  private final int port;
  private final int pagePort;
  private final List<Process> processes = new ArrayList<>();

  private StandaloneCluster(Path folder) throws IOException {
    this.folder = folder;
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
    StandaloneCluster cluster = new StandaloneCluster(folder);
    cluster.start(
        "master",
        "master.Master",
        "--port",
        Integer.toString(cluster.port),
        "--webui-port",
        Integer.toString(cluster.pagePort));
    for (int worker = 0; worker < workers; worker++) {
      Files.createDirectories(cluster.firstOnClassPath(worker));
      cluster.start(
          "worker-" + worker,
          "worker.Worker",
          "--webui-port",
          "0",
          "--cores",
          "2",
          "--memory",
          "4g",
          "--work-dir",
          folder.resolve("work-" + worker).toString(),
          cluster.url());
    }
    cluster.awaitWorkers(workers);
    return cluster;
  }

  String url() {
    return "spark://%s:%d".formatted(HOST, port);
  }

  /** What an application needs: an executor of one core on each of two workers. */
  Map<String, String> twoExecutors() {
    Map<String, String> settings = new HashMap<>(TinyExperiment.SPARK);
    settings.put("spark.driver.host", HOST);
    settings.put("spark.cores.max", "2");
    settings.put("spark.executor.cores", "1");
    settings.put("spark.executor.memory", "700m");
    settings.put(
        "spark.executor.extraJavaOptions",
        "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dai.djl.offline=true -Djava.io.tmpdir="
            + temporary());
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
    return processes.stream()
        .flatMap(Process::descendants)
        .filter(process -> isExecutor(process, application, id))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no process of executor " + id));
  }

  /** The executors of all applications but one. */
  List<ProcessHandle> executorsOfOthersThan(String application) {
    return executors().filter(process -> !arguments(process).contains(application)).toList();
  }

  private Stream<ProcessHandle> executors() {
    return processes.stream()
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

  private void start(String name, String type, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(java().toString());
    command.addAll(List.of("-Xmx200m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(moduleOptions());
    command.add("org.apache.spark.deploy." + type);
    command.addAll(List.of("--host", HOST));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    String classPath = System.getProperty("java.class.path");
    Map<String, String> environment = builder.environment();
    environment.put("CLASSPATH", classPath);
    environment.put("SPARK_HOME", folder.resolve("spark").toString());
    environment.put("SPARK_SCALA_VERSION", "2.13");
    environment.put("SPARK_LOCAL_IP", HOST);
    Path first = folder.resolve(name.replace("worker", "first"));
    environment.put("SPARK_DIST_CLASSPATH", first + File.pathSeparator + classPath);
    processes.add(
        builder
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile())
            .start());
  }

  static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  static List<String> moduleOptions() {
    return List.of(JavaModuleOptions.defaultModuleOptions().strip().split("\\s+"));
  }

  /** An application that comes earlier would get both executors from one worker. */
  private void awaitWorkers(int workers) throws Exception {
    URL page = URI.create("http://%s:%d/json/".formatted(HOST, pagePort)).toURL();
    while (true) {
      try (InputStream in = page.openStream()) {
        if (new ObjectMapper().readTree(in).path("aliveworkers").asInt() == workers) {
          return;
        }
      } catch (IOException e) {
        // The master isn't there yet.
      }
      if (!processes.get(0).isAlive()) {
        throw new AssertionError(Files.readString(folder.resolve("master.log")));
      }
      Thread.sleep(50);
    }
  }

  /** Ends all processes, executors first. */
  @Override
  public void close() {
    executors().forEach(ProcessHandle::destroyForcibly);
    processes.forEach(Process::destroyForcibly);
    for (Process process : processes) {
      process.onExit().join();
    }
  }
}
