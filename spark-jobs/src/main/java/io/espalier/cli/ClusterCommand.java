package io.espalier.cli;

import io.espalier.config.ConfigException;
import io.espalier.job.ClusterSize;
import io.espalier.job.LocalCluster;
import io.espalier.job.MasterPage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier cluster}: a local standalone cluster of Spark's to try things on. */
@Command(
    name = "cluster",
    description = {
      "Starts and stops a standalone cluster of Spark's on this machine, to try things on: a real",
      "master, real workers, executors as processes, and GPUs that are pretended where wanted."
    },
    subcommands = {
      ClusterCommand.Start.class,
      ClusterCommand.Stop.class,
      ClusterCommand.Status.class
    },
    footer = {
      "  espalier cluster start --workers 2 --gpus-per-worker 2",
      "  espalier run conf/quickstart.yaml --master spark://127.0.0.1:7077",
      "  espalier cluster stop"
    })
final class ClusterCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "say what to do: cluster start, cluster status or cluster stop");
  }

  /** Where a cluster keeps its files. */
  static final class Folder {
    @Option(
        names = "--folder",
        paramLabel = "DIR",
        defaultValue = "${sys:user.home}/.espalier/cluster",
        description = "Keeps logs and the workers' files (default: ~/.espalier/cluster).")
    private Path path = Path.of("");

    Path path() {
      return path.toAbsolutePath().normalize();
    }

    LocalCluster require() {
      return LocalCluster.in(path())
          .orElseThrow(
              () ->
                  new ConfigException(
                      "There is no cluster in %s; espalier cluster start would make one"
                          .formatted(path())));
    }
  }

  /** {@code cluster start}. */
  @Command(
      name = "start",
      description = {
        "Starts a master and workers, waits until they are there, and leaves them running.",
        "Pretended GPUs are addresses that Spark schedules with no card behind them: an application",
        "asks for them by --conf and computes on the CPU with --set training.device=cpu."
      },
      footer = {
        "  espalier cluster start",
        "  espalier cluster start --workers 2 --gpus-per-worker 2 --cores-per-worker 2",
        "  espalier run my.yaml --master spark://127.0.0.1:7077 --set training.device=cpu \\",
        "    --conf spark.executor.resource.gpu.amount=2 --conf spark.task.resource.gpu.amount=1"
      })
  static final class Start implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @CommandLine.Mixin private Folder folder = new Folder();
    @CommandLine.Mixin private JsonOption json = new JsonOption();

    @Option(
        names = "--workers",
        paramLabel = "N",
        defaultValue = "2",
        description = "How many workers (default: ${DEFAULT-VALUE}).")
    private int workers;

    @Option(
        names = "--cores-per-worker",
        paramLabel = "N",
        description =
            "Tasks that a worker's executors run at once (default: 1, or one for each GPU).")
    private Optional<Integer> cores = Optional.empty();

    @Option(
        names = "--memory-per-worker",
        paramLabel = "MB",
        defaultValue = "2048",
        description =
            "Java's heap of all executors of a worker, in megabytes (default: ${DEFAULT-VALUE}).")
    private int megabytes;

    @Option(
        names = "--gpus-per-worker",
        paramLabel = "N",
        defaultValue = "0",
        description = "Pretended GPUs of each worker (default: ${DEFAULT-VALUE}).")
    private int gpus;

    @Option(
        names = "--port",
        paramLabel = "N",
        defaultValue = "7077",
        description = "The master's port on 127.0.0.1 (default: ${DEFAULT-VALUE}).")
    private int port;

    @Override
    public Integer call() {
      ClusterSize size = new ClusterSize(workers, cores.orElse(Math.max(1, gpus)), megabytes, gpus);
      LocalCluster cluster =
          LocalCluster.start(folder.path(), size, port, System.getProperty("java.class.path"));
      print(cluster, json, spec);
      return Failures.DONE;
    }
  }

  /** {@code cluster stop}. */
  @Command(
      name = "stop",
      description = "Ends the cluster's processes and the executors of what runs on it.",
      footer = "  espalier cluster stop")
  static final class Stop implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @CommandLine.Mixin private Folder folder = new Folder();

    @Override
    public Integer call() {
      LocalCluster cluster = folder.require();
      cluster.stop(folder.path());
      spec.commandLine().getOut().println("Stopped " + cluster.master());
      return Failures.DONE;
    }
  }

  /** {@code cluster status}. */
  @Command(
      name = "status",
      description = "Which processes of the cluster are alive, and what its master says of them.",
      footer = {"  espalier cluster status", "  espalier cluster status --json"})
  static final class Status implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @CommandLine.Mixin private Folder folder = new Folder();
    @CommandLine.Mixin private JsonOption json = new JsonOption();

    @Override
    public Integer call() {
      LocalCluster cluster = folder.require();
      print(cluster, json, spec);
      boolean whole =
          cluster.members().stream().allMatch(LocalCluster.Member::alive)
              && cluster.page().isPresent();
      return whole ? Failures.DONE : Failures.FAILED;
    }
  }

  /** A cluster for programs: its processes, and what its master says if it answers. */
  record Printed(String master, List<Printed.Member> processes, @Nullable MasterPage page) {
    record Member(String name, long pid, boolean alive) {}

    static Printed of(LocalCluster cluster) {
      return new Printed(
          cluster.master(),
          cluster.members().stream()
              .map(member -> new Member(member.name(), member.pid(), member.alive()))
              .toList(),
          cluster.page().orElse(null));
    }
  }

  private static void print(LocalCluster cluster, JsonOption json, CommandSpec spec) {
    PrintWriter out = spec.commandLine().getOut();
    if (json.isGiven()) {
      out.println(Output.json(Printed.of(cluster)));
      return;
    }
    out.println("%s, page http://127.0.0.1:%d".formatted(cluster.master(), cluster.pagePort()));
    TextTable table = TextTable.of("process", ">pid", "state");
    for (LocalCluster.Member member : cluster.members()) {
      table.row(member.name(), Long.toString(member.pid()), member.alive() ? "alive" : "has ended");
    }
    out.print(table.toText());
    out.println(
        cluster
            .page()
            .map(ClusterCommand::sentence)
            .orElse("The master doesn't answer: see its log."));
  }

  private static String sentence(MasterPage page) {
    return "%s: %d workers, %d of %d cores and %d of %d GPUs in use by %d applications"
        .formatted(
            page.status(),
            page.workers(),
            page.coresUsed(),
            page.cores(),
            page.gpusUsed(),
            page.gpus(),
            page.applications());
  }
}
