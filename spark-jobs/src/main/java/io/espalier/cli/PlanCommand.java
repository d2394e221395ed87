package io.espalier.cli;

import io.espalier.job.Pipeline;
import io.espalier.job.PlanReport;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier plan}: what a run would do and what that takes. */
@Command(
    name = "plan",
    description = {
      "Shows what a run would do: stages, tokens, FLOPs, estimated time, and what each rank holds",
      "in memory and sends to others. Checks the whole configuration; writes nothing and starts no",
      "Spark: of Spark's options it reads the cores of a local master and spark.hadoop.*."
    },
    footer = {
      "  espalier plan conf/quickstart.yaml",
      "  espalier plan my.yaml --set model.layers=12 --json"
    })
final class PlanCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ExperimentOptions experimentOptions = new ExperimentOptions();
  @Mixin private SparkOptions spark = new SparkOptions();
  @Mixin private JsonOption json = new JsonOption();

  @Option(
      names = "--cores",
      paramLabel = "N",
      description =
          "Cores that will compute (default: those of a local --master, or of this machine).")
  private Optional<Integer> cores = Optional.empty();

  @Override
  public Integer call() {
    int counted =
        cores.orElseGet(
            () -> spark.localCores().orElseGet(Runtime.getRuntime()::availableProcessors));
    PlanReport plan = Pipeline.plan(experimentOptions.load(), spark.hadoopSettings(), counted);
    PrintWriter out = spec.commandLine().getOut();
    out.print(json.isGiven() ? Output.json(plan) + "\n" : plan.toText());
    return Failures.DONE;
  }
}
