package io.espalier.cli;

import io.espalier.forest.BranchPoint;
import io.espalier.job.ForestJobs;
import io.espalier.job.Growth;
import io.espalier.job.Pipeline;
import io.espalier.job.Removal;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier forest}: the versioned set of experts, looked at and changed. */
@Command(
    name = "forest",
    description = {
      "Shows and changes a run's forest: the versioned set of its experts.",
      "Every change is a new version; averages are made of its experts, and all is evaluated again."
    },
    subcommands = {
      ForestViewCommand.ListVersions.class,
      ForestViewCommand.Show.class,
      ForestViewCommand.Diff.class,
      ForestCommand.Add.class,
      ForestCommand.Retrain.class,
      ForestCommand.Remove.class,
      ForestCommand.Rollback.class
    },
    footer = {
      "  espalier forest list my.yaml",
      "  espalier forest add my.yaml math --data /data/math --from posterior",
      "  espalier forest remove my.yaml reviews --prove"
    })
final class ForestCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "say what to do, such as forest list or forest add");
  }

  /** What the changes have in common: a run, a session, and figures at the end. */
  @Command
  abstract static class Change implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private ExperimentOptions experiment = new ExperimentOptions();
    @Mixin private SparkOptions spark = new SparkOptions();
    @Mixin private ConsoleOptions consoleOptions = new ConsoleOptions();

    /** Carries the change out; returns the exit code. */
    abstract int change(ForestJobs jobs, boolean asJson, PrintWriter out);

    /** Refuses what can be refused before Spark starts. */
    void check() {}

    @Override
    public Integer call() {
      check();
      CommandLine line = spec.commandLine();
      var loaded = experiment.load();
      try (Console console = consoleOptions.console();
          SparkWork work = SparkWork.begin(loaded, spark, console, line.getErr())) {
        return change(work.forest(), consoleOptions.isJson(), line.getOut());
      }
    }

    static int print(Pipeline.Outcome outcome, boolean asJson, PrintWriter out) {
      SparkWork.print(outcome, asJson, out);
      return Failures.DONE;
    }
  }

  /** {@code espalier forest add}. */
  @Command(
      name = "add",
      description = {
        "A new domain joins: its text is prepared as the run's was, its expert is branched and",
        "trained, everything is scored on it and it is scored on everything, and the averages are",
        "made again with it."
      },
      footer = {
        "  espalier forest add my.yaml math --data /data/math --from posterior",
        "  espalier forest add my.yaml math --data math.jsonl --from given:legal=0.5,chat=0.5"
      })
  static final class Add extends Change {
    @Parameters(index = "1", paramLabel = "DOMAIN", description = "The new domain's name.")
    private String domain = "";

    @Option(
        names = "--data",
        required = true,
        paramLabel = "PATH",
        description = "Its text: file, folder or glob, read as the first training source is.")
    private String data = "";

    @Option(
        names = "--from",
        defaultValue = "seed",
        paramLabel = "POINT",
        description =
            "What the expert begins with: seed, uniform (average of all experts), nearest (the one"
                + " most probable on the new text), posterior (average by that probability), or"
                + " given:legal=0.5,chat=0.5 (default: ${DEFAULT-VALUE}).")
    private String from = "seed";

    @Option(
        names = "--fresh-moments",
        description = "The optimizer begins anew; otherwise its moments are averaged too.")
    private boolean freshMoments;

    @Option(
        names = "--steps",
        defaultValue = "0",
        paramLabel = "N",
        description = "Updates (default: as many as the other experts made).")
    private long steps;

    @Override
    void check() {
      growth();
    }

    @Override
    int change(ForestJobs jobs, boolean asJson, PrintWriter out) {
      return print(jobs.add(growth()), asJson, out);
    }

    private Growth growth() {
      return new Growth(domain, data, BranchPoint.parse("--from", from), freshMoments, steps);
    }
  }

  /** {@code espalier forest retrain}. */
  @Command(
      name = "retrain",
      description = {
        "A domain's expert goes on with new text alone; its successor takes its place, and it stays",
        "on disk. The validation and test text of the domain stay as they are."
      },
      footer = {
        "  espalier forest retrain my.yaml legal --data /data/legal-2026",
        "  espalier forest retrain my.yaml legal --data new.jsonl --steps 200"
      })
  static final class Retrain extends Change {
    @Parameters(index = "1", paramLabel = "DOMAIN", description = "The expert's domain.")
    private String domain = "";

    @Option(
        names = "--data",
        required = true,
        paramLabel = "PATH",
        description = "The new text: file, folder or glob, read as the first training source is.")
    private String data = "";

    @Option(
        names = "--steps",
        defaultValue = "0",
        paramLabel = "N",
        description =
            "Updates (default: one pass over the new text, at most as many as the first training).")
    private long steps;

    @Override
    int change(ForestJobs jobs, boolean asJson, PrintWriter out) {
      return print(
          jobs.retrain(new Growth(domain, data, BranchPoint.seed(), false, steps)), asJson, out);
    }
  }

  /** {@code espalier forest remove}. */
  @Command(
      name = "remove",
      description = {
        "A domain's expert leaves the forest. With --prove, all that descends from it is listed by the",
        "hashes in the manifests; --rebuild or --delete then removes it, and the run is looked through",
        "again for what might be left."
      },
      footer = {
        "  espalier forest remove my.yaml reviews",
        "  espalier forest remove my.yaml reviews --prove            lists, changes nothing",
        "  espalier forest remove my.yaml reviews --prove --rebuild"
      })
  static final class Remove extends Change {
    @Parameters(index = "1", paramLabel = "DOMAIN", description = "The expert's domain.")
    private String domain = "";

    @Option(
        names = "--prove",
        description =
            "Lists what descends from it; with --rebuild or --delete, removes and proves.")
    private boolean prove;

    @Option(
        names = "--rebuild",
        description = "Deletes what descends from it, and makes again what can be without it.")
    private boolean rebuild;

    @Option(names = "--delete", description = "Deletes what descends from it.")
    private boolean delete;

    @Spec private CommandSpec own = CommandSpec.create();

    @Override
    void check() {
      if (rebuild && delete) {
        throw new CommandLine.ParameterException(
            own.commandLine(), "--rebuild and --delete exclude each other");
      }
      if ((rebuild || delete) && !prove) {
        throw new CommandLine.ParameterException(
            own.commandLine(),
            "%s goes with --prove; without it the expert is retired and nothing is deleted"
                .formatted(rebuild ? "--rebuild" : "--delete"));
      }
    }

    @Override
    int change(ForestJobs jobs, boolean asJson, PrintWriter out) {
      if (!prove) {
        return print(jobs.remove(domain), asJson, out);
      }
      Removal.How how =
          rebuild ? Removal.How.REBUILD : delete ? Removal.How.DELETE : Removal.How.LIST;
      Removal removal = jobs.remove(domain, how);
      out.print(asJson ? Output.json(removal) + "\n" : "\n" + removal.toText());
      return removal.failed() ? Failures.FAILED : Failures.DONE;
    }
  }

  /** {@code espalier forest rollback}. */
  @Command(
      name = "rollback",
      description = {
        "Makes a new version with the experts of an older one.",
        "Refused if a checkpoint of it is gone."
      },
      footer = {
        "  espalier forest rollback my.yaml 2",
        "  espalier forest rollback my.yaml 2 --json"
      })
  static final class Rollback extends Change {
    @Parameters(index = "1", paramLabel = "N", description = "The version's number.")
    private String version = "";

    @Override
    int change(ForestJobs jobs, boolean asJson, PrintWriter out) {
      return print(jobs.rollback(ForestViewCommand.number(version)), asJson, out);
    }

    @Override
    void check() {
      ForestViewCommand.number(version);
    }
  }
}
