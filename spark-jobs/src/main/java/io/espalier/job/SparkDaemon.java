package io.espalier.job;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * How a master or a worker of Spark's standalone cluster is started from jars, without a
 * distribution: a Java process on this machine alone.
 *
 * @param name of the process, such as {@code worker-0}; its files are named for it
 * @param folder keeps its files; {@code folder/spark} must be there
 * @param classPath of the process, and of the executors that it starts
 * @param firstOnClassPath what executors find before all else; may be empty
 * @param javaOptions of the process, such as {@code -Dspark.worker.resource.gpu.amount=2}
 * @param arguments class and arguments
 */
record SparkDaemon(
    String name,
    Path folder,
    String classPath,
    String firstOnClassPath,
    List<String> javaOptions,
    List<String> arguments) {
  /** Nobody else's machine can reach a cluster that is there to try things on. */
  static final String HOST = "127.0.0.1";

  private static final List<String> SMALL =
      List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  SparkDaemon {
    javaOptions = List.copyOf(javaOptions);
    arguments = List.copyOf(arguments);
  }

  /** A master. */
  static SparkDaemon master(Path folder, String classPath, int port, int pagePort) {
    List<String> arguments =
        List.of(
            "org.apache.spark.deploy.master.Master",
            "--host",
            HOST,
            "--port",
            Integer.toString(port),
            "--webui-port",
            Integer.toString(pagePort));
    return new SparkDaemon("master", folder, classPath, "", List.of(), arguments);
  }

  /** A worker that offers cores and memory to the applications of a master. */
  static SparkDaemon worker(
      int number, Path folder, String classPath, int cores, int memoryMegabytes, String master) {
    List<String> arguments =
        List.of(
            "org.apache.spark.deploy.worker.Worker",
            "--host",
            HOST,
            "--webui-port",
            "0",
            "--cores",
            Integer.toString(cores),
            "--memory",
            memoryMegabytes + "m",
            "--work-dir",
            folder.resolve("work-" + number).toString(),
            master);
    return new SparkDaemon("worker-" + number, folder, classPath, "", List.of(), arguments);
  }

  /** The same with more options of Java's. */
  SparkDaemon with(List<String> more) {
    List<String> all = new ArrayList<>(javaOptions);
    all.addAll(more);
    return new SparkDaemon(name, folder, classPath, firstOnClassPath, all, arguments);
  }

  /** The same with a folder that its executors find classes and resources in before all others. */
  SparkDaemon withFirstOnClassPath(Path first) {
    return new SparkDaemon(name, folder, classPath, first.toString(), javaOptions, arguments);
  }

  /** What the process prints. */
  Path log() {
    return folder.resolve(name + ".log");
  }

  /** The process, not started yet. */
  ProcessBuilder process() {
    List<String> command = new ArrayList<>();
    command.add(java().toString());
    command.addAll(SMALL);
    command.addAll(moduleOptions());
    command.addAll(javaOptions);
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.put("CLASSPATH", classPath);
    // Spark looks for its own jars there, and takes those of the next line beside them.
    environment.put("SPARK_HOME", folder.resolve("spark").toString());
    environment.put(
        "SPARK_DIST_CLASSPATH",
        firstOnClassPath.isEmpty() ? classPath : firstOnClassPath + File.pathSeparator + classPath);
    environment.put("SPARK_SCALA_VERSION", "2.13");
    environment.put("SPARK_LOCAL_IP", HOST);
    environment.putIfAbsent("OMP_WAIT_POLICY", "PASSIVE");
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
  }

  static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  static List<String> moduleOptions() {
    return List.of(JavaModuleOptions.defaultModuleOptions().strip().split("\\s+"));
  }
}
