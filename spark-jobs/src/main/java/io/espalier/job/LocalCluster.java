package io.espalier.job;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.espalier.config.ConfigException;
import io.espalier.config.FormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A standalone cluster of Spark's on this machine, to try things on: a real master and real workers
 * that go on when the command that started them has ended. What runs stands in {@code cluster.json}
 * of the cluster's folder. Not thread-safe.
 *
 * @param master the URL that applications are given
 * @param pagePort of the master's page
 */
public record LocalCluster(String master, int pagePort, ClusterSize size, List<Member> members) {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int START_SECONDS = 60;
  private static final int END_SECONDS = 10;

  public LocalCluster {
    members = List.copyOf(members);
  }

  /**
   * A process of the cluster.
   *
   * @param startedMilliseconds since 1970; a process with the same number but started at another
   *     time is another process
   */
  public record Member(String name, long pid, long startedMilliseconds) {
    static Member of(String name, ProcessHandle process) {
      return new Member(name, process.pid(), started(process));
    }

    private Optional<ProcessHandle> process() {
      return ProcessHandle.of(pid)
          .filter(process -> process.isAlive() && started(process) == startedMilliseconds);
    }

    private static long started(ProcessHandle process) {
      return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /** Whether the process is there. */
    public boolean alive() {
      return process().isPresent();
    }
  }

  /**
   * Starts a master and workers and waits until the workers are known to the master.
   *
   * @param folder keeps logs and the workers' files
   * @param port of the master
   * @param classPath of Spark and of what executors compute with
   * @throws ConfigException if there is a cluster in the folder or the port is taken
   */
  public static LocalCluster start(Path folder, ClusterSize size, int port, String classPath) {
    requireNoOther(folder);
    requireFree(port);
    try {
      Files.createDirectories(folder.resolve("spark/jars"));
      int pagePort = freePort();
      String url = "spark://%s:%d".formatted(SparkDaemon.HOST, port);
      List<SparkDaemon> daemons = new ArrayList<>();
      daemons.add(SparkDaemon.master(folder, classPath, port, pagePort));
      for (int i = 0; i < size.workers(); i++) {
        daemons.add(
            SparkDaemon.worker(
                    i,
                    folder,
                    classPath,
                    size.coresPerWorker(),
                    size.memoryMegabytesPerWorker(),
                    url)
                .with(PretendedGpus.of(i, size.gpusPerWorker(), folder)));
      }
      return start(folder, daemons, new LocalCluster(url, pagePort, size, List.of()));
    } catch (IOException e) {
      throw new ConfigException("The cluster can't be started in %s: %s".formatted(folder, e), e);
    }
  }

  private static LocalCluster start(Path folder, List<SparkDaemon> daemons, LocalCluster none)
      throws IOException {
    List<Member> members = new ArrayList<>();
    LocalCluster cluster = none;
    try {
      for (SparkDaemon daemon : daemons) {
        Files.deleteIfExists(daemon.log());
        members.add(Member.of(daemon.name(), daemon.process().start().toHandle()));
        cluster = new LocalCluster(none.master(), none.pagePort(), none.size(), members);
        cluster.write(folder);
      }
      cluster.awaitWorkers(folder);
      return cluster;
    } catch (IOException | RuntimeException e) {
      cluster.stop(folder);
      throw e;
    }
  }

  private void awaitWorkers(Path folder) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (page().map(MasterPage::workers).orElse(0) < size.workers()) {
      for (Member member : members) {
        if (!member.alive()) {
          throw new IllegalStateException(
              "The cluster's %s has ended: %s says why"
                  .formatted(member.name(), folder.resolve(member.name() + ".log")));
        }
      }
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "The cluster's workers are not there after %d seconds: the logs in %s say why"
                .formatted(START_SECONDS, folder));
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while the cluster started", e);
    }
  }

  /** What the master says; empty if it doesn't answer. */
  public Optional<MasterPage> page() {
    return MasterPage.at(pagePort);
  }

  /** The cluster of a folder, whether its processes are alive or not; empty if there is none. */
  public static Optional<LocalCluster> in(Path folder) {
    Path file = file(folder);
    try {
      return Files.exists(file)
          ? Optional.of(MAPPER.readValue(file.toFile(), LocalCluster.class))
          : Optional.empty();
    } catch (JacksonException e) {
      throw new FormatException(file + " is damaged: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the processes, workers first, which end their executors; what ignores that is killed. */
  public void stop(Path folder) {
    for (int i = members.size() - 1; i >= 0; i--) {
      members.get(i).process().ifPresent(LocalCluster::end);
    }
    try {
      Files.deleteIfExists(file(folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void end(ProcessHandle process) {
    List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process)).toList();
    process.destroy();
    for (ProcessHandle each : all) {
      try {
        each.onExit().get(END_SECONDS, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        each.destroyForcibly();
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        each.destroyForcibly();
      }
    }
  }

  private static void requireNoOther(Path folder) {
    in(folder)
        .filter(other -> other.members().stream().anyMatch(Member::alive))
        .ifPresent(
            other -> {
              throw new ConfigException(
                  "A cluster runs in %s already, at %s; espalier cluster stop, or another --folder, would work"
                      .formatted(folder, other.master()));
            });
  }

  private static void requireFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      socket.setReuseAddress(true);
    } catch (IOException e) {
      throw new ConfigException(
          "--port is %d but that can't be listened on (%s); %d is free"
              .formatted(port, e.getMessage(), freePort()),
          e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path file(Path folder) {
    return folder.resolve("cluster.json");
  }

  private void write(Path folder) throws IOException {
    Files.writeString(
        file(folder), MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(this));
  }
}
