package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A stage of {@code espalier} on a cluster: a driver that can be killed and started again. */
final class DriverProcess implements AutoCloseable {
  private final StandaloneCluster cluster;
  private final String stage;
  private final TinyExperiment experiment;
  private final Path run;
  private final String[] overrides;
  private final Map<String, String> settings = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();
  private @Nullable Process process;

  DriverProcess(
      StandaloneCluster cluster,
      String stage,
      TinyExperiment experiment,
      Path run,
      String... overrides) {
    this.cluster = cluster;
    this.stage = stage;
    this.experiment = experiment;
    this.run = run;
    this.overrides = overrides.clone();
  }

  /** Settings of Spark's beside those of the cluster. */
  DriverProcess with(Map<String, String> more) {
    settings.putAll(more);
    return this;
  }

  /** Variables of its environment. */
  DriverProcess withEnvironment(Map<String, String> more) {
    environment.putAll(more);
    return this;
  }

  void start() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(SparkDaemon.java().toString());
    command.addAll(List.of("-Xmx700m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(SparkDaemon.moduleOptions());
    command.addAll(List.of("io.espalier.cli.Espalier", stage, experiment.file().toString()));
    command.addAll(List.of("--output", run.toString(), "--master", cluster.url()));
    for (String override : overrides) {
      command.addAll(List.of("--set", override));
    }
    Map<String, String> all = new HashMap<>(cluster.twoExecutors());
    all.putAll(settings);
    for (Map.Entry<String, String> setting : all.entrySet()) {
      command.addAll(List.of("--conf", setting.getKey() + "=" + setting.getValue()));
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.environment().putAll(environment);
    process = builder.redirectOutput(output().toFile()).start();
  }

  private Path output() {
    return Path.of(run + ".out");
  }

  /** What it has printed. */
  String printed() throws IOException {
    return Files.readString(output());
  }

  boolean isAlive() {
    return process().isAlive();
  }

  /** Its exit code, once it has ended. */
  int awaitEnd() throws Exception {
    assertThat(process().waitFor(5, TimeUnit.MINUTES)).as(printed()).isTrue();
    return process().exitValue();
  }

  private Process process() {
    Process started = process;
    if (started == null) {
      throw new IllegalStateException("not started");
    }
    return started;
  }

  void awaitCheckpointAfter(long step) throws Exception {
    while (DisturbedTraining.newestCheckpoint(run) <= step) {
      assertThat(process().isAlive()).as(Files.readString(output())).isTrue();
      Thread.sleep(5);
    }
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process().destroyForcibly().waitFor();
  }

  /** Executors end by themselves when their driver is gone. */
  void awaitEndOfExecutors(String otherApplication) throws Exception {
    for (ProcessHandle executor : cluster.executorsOfOthersThan(otherApplication)) {
      executor.onExit().get(30, TimeUnit.SECONDS);
    }
  }

  void awaitSuccess() throws Exception {
    assertThat(process().waitFor()).as(Files.readString(output())).isZero();
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
  }
}
