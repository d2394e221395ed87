package io.espalier.cli;

import io.espalier.job.ExportMegatron;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier export-megatron}: a run's tokens for Megatron-LM. */
@Command(
    name = "export-megatron",
    description = {
      "Writes a domain's tokens as Megatron-LM reads them: PREFIX.bin and PREFIX.idx.",
      "Each document ends with end-of-text. The other way, a corpus of Megatron's becomes input",
      "by the key data.megatron of an experiment. Starts no Spark."
    },
    footer = {
      "  espalier export-megatron conf/quickstart.yaml --domain legal --prefix /data/legal",
      "  espalier export-megatron my.yaml --domain code --split validation --prefix code_validation"
    })
final class ExportMegatronCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ExperimentOptions experimentOptions = new ExperimentOptions();
  @Mixin private JsonOption json = new JsonOption();

  @Option(
      names = "--domain",
      paramLabel = "NAME",
      required = true,
      description = "Which domain; inspect the table sequences for what there is.")
  private String domain = "";

  @Option(
      names = "--split",
      paramLabel = "NAME",
      defaultValue = "train",
      description = "train, validation or test (default: ${DEFAULT-VALUE}).")
  private String split = "";

  @Option(
      names = "--prefix",
      paramLabel = "PREFIX",
      required = true,
      description =
          "Path of the two files without .bin and .idx, on any Hadoop file system: Megatron's"
              + " --data-path.")
  private String prefix = "";

  @Override
  public Integer call() {
    Interruption.announce(
        spec.commandLine().getErr(),
        "Interrupted. %s is incomplete; the same command writes it anew.".formatted(prefix));
    ExportMegatron.Exported written =
        ExportMegatron.run(experimentOptions.load(), domain, split, prefix);
    spec.commandLine()
        .getOut()
        .print(json.isGiven() ? Output.json(written) + "\n" : written.toText());
    return Failures.DONE;
  }
}
