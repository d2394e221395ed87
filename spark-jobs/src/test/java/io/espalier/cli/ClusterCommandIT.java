package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code espalier cluster} with a real master and workers. */
@Timeout(180)
class ClusterCommandIT {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @AfterEach
  void leaveNothingBehind() {
    run("stop");
  }

  @Test
  void aClusterStartsIsLookedAtAndStops() throws Exception {
    String port = Integer.toString(freePort());
    assertThat(run("start", "--port", port, "--gpus-per-worker", "2")).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("spark://127.0.0.1:" + port, "worker-1")
        .contains("ALIVE: 2 workers, 0 of 4 cores and 0 of 4 GPUs in use by 0 applications");

    assertThat(run("start", "--port", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("A cluster runs in " + folder + " already");

    List<ProcessHandle> processes = processes();
    assertThat(processes).hasSize(3).allMatch(ProcessHandle::isAlive);
    processes.get(2).destroyForcibly();
    processes.get(2).onExit().join();
    assertThat(run("status")).isEqualTo(1);
    assertThat(out.toString()).containsPattern("worker-1 +\\d+ +has ended");

    assertThat(run("stop")).isZero();
    assertThat(processes).noneMatch(ProcessHandle::isAlive);
    assertThat(run("status")).isEqualTo(2);
    assertThat(err.toString()).contains("There is no cluster in " + folder);
  }

  @Test
  void aPortThatIsTakenIsRefusedBeforeAnythingStarts() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertThat(run("start", "--port", port)).isEqualTo(2);
      assertThat(err.toString()).contains("--port is " + port, "is free");
      assertThat(folder).isEmptyDirectory();
    }
  }

  @Test
  void aClusterOfNothingIsRefused() {
    assertThat(run("start", "--workers", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--workers is 0 but must lie between 1 and 64");
  }

  private List<ProcessHandle> processes() throws Exception {
    assertThat(run("status", "--json")).isZero();
    JsonNode status = new JsonMapper().readTree(out.toString());
    List<ProcessHandle> processes = new ArrayList<>();
    for (JsonNode member : status.path("processes")) {
      processes.add(ProcessHandle.of(member.path("pid").asLong()).orElseThrow());
    }
    return processes;
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    String[] all =
        Stream.of(Stream.of("cluster"), Stream.of(arguments), Stream.of("--folder", "" + folder))
            .flatMap(part -> part)
            .toArray(String[]::new);
    return Espalier.execute(new PrintWriter(out, true), new PrintWriter(err, true), all);
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
