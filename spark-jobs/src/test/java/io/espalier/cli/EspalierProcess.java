package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.storage.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.spark.launcher.JavaModuleOptions;

/** A command as a process of its own, from the class path of the tests. */
final class EspalierProcess implements AutoCloseable {
  /** The environment variable that has the test server's secret. */
  static final String SECRET = "S3_SECRET";

  private final Process process;
  private final Path output;

  private EspalierProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /**
   * Starts a command.
   *
   * @param output file that it prints into, errors too
   * @param properties of Java, as spark-submit sets them
   */
  static EspalierProcess start(Path output, Map<String, String> properties, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    if (System.getProperty("os.name").equals("Linux")) {
      // Whoever starts the build in the background may ignore SIGINT, and its children inherit
      // that.
      command.addAll(List.of("env", "--default-signal=INT"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx900m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
    command.add("-Dai.djl.offline=true");
    properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.add(Espalier.class.getName());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.environment().put("OMP_WAIT_POLICY", "PASSIVE");
    builder.environment().put(SECRET, S3Server.CREDENTIAL);
    return new EspalierProcess(builder.redirectOutput(output.toFile()).start(), output);
  }

  String output() throws IOException {
    return Files.readString(output);
  }

  /** Waits until what it has printed fulfils a condition; fails if it ends before. */
  void await(Predicate<String> moment) throws Exception {
    while (!moment.test(output())) {
      assertThat(process.isAlive()).as(output()).isTrue();
      Thread.sleep(20);
    }
  }

  /** Waits for its end. */
  int exitCode() throws Exception {
    return process.waitFor();
  }

  /** Waits for its end, not for ever. */
  int exitCodeWithin(long seconds) throws Exception {
    assertThat(process.waitFor(seconds, TimeUnit.SECONDS)).as(output()).isTrue();
    return process.exitValue();
  }

  void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
