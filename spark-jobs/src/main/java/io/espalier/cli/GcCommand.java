package io.espalier.cli;

import io.espalier.config.ConfigException;
import io.espalier.upkeep.Garbage;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier gc}: room. */
@Command(
    name = "gc",
    description = {
      "Lists what of a run nothing needs any more: checkpoints older than a model's newest, data files",
      "of table versions that nothing was made from, what killed writers left, this machine's copies of",
      "old sequences. Never what a version of the forest, a figure or another checkpoint names.",
      "Removes it with --delete, which is refused while a run is at work there. Starts no Spark."
    },
    footer = {
      "  espalier gc runs/quickstart                  lists, changes nothing",
      "  espalier gc runs/quickstart --keep 2 --delete",
      "  espalier gc s3a://bucket/run --conf spark.hadoop.fs.s3a.endpoint=https://s3.example.org"
    })
final class GcCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private UpkeepOptions options = new UpkeepOptions();
  @Mixin private JsonOption json = new JsonOption();

  @Option(
      names = "--keep",
      paramLabel = "N",
      defaultValue = "1",
      description = "Newest checkpoints of each model that stay (default: ${DEFAULT-VALUE}).")
  private int keep;

  @Option(
      names = "--untouched-minutes",
      paramLabel = "N",
      defaultValue = "60",
      description =
          "How long what a writer left must have been untouched (default: ${DEFAULT-VALUE}).")
  private long untouchedMinutes;

  @Option(names = "--delete", description = "Removes it; without, nothing is changed.")
  private boolean delete;

  @Override
  public Integer call() {
    if (keep < 1 || untouchedMinutes < 0) {
      throw new ConfigException(
          "--keep is %d and --untouched-minutes %d, but they must be at least 1 and 0"
              .formatted(keep, untouchedMinutes));
    }
    Interruption.announce(
        spec.commandLine().getErr(),
        "Interrupted. The run is whole; the same command goes on with what is left.");
    UpkeepRun run = UpkeepRun.of(options);
    Garbage garbage = delete ? run.leased(spec.commandLine(), () -> collect(run)) : collect(run);
    spec.commandLine().getOut().print(json.isGiven() ? Output.json(garbage) + "\n" : text(garbage));
    return Failures.DONE;
  }

  private Garbage collect(UpkeepRun run) {
    return Garbage.of(
        run.configuration(), run.paths(), keep, Duration.ofMinutes(untouchedMinutes), delete);
  }

  private String text(Garbage garbage) {
    StringBuilder text = new StringBuilder();
    if (!garbage.items().isEmpty()) {
      TextTable table = TextTable.of("", "What", "Why", ">Size");
      garbage
          .items()
          .forEach(i -> table.row(i.kind(), i.path(), i.why(), Quantities.bytes(i.bytes())));
      text.append(table.toText()).append("\n");
    }
    text.append(
        "%s: %s%n"
            .formatted(
                garbage.run(),
                garbage.items().isEmpty()
                    ? "nothing that isn't needed"
                    : "%s %s"
                        .formatted(
                            Quantities.bytes(garbage.bytes()),
                            delete ? "were freed" : "could be freed; --delete does it")));
    if (garbage.recent() > 0) {
      text.append(
          "%d unneeded file%s younger than %d minutes and may be a commit under way; --untouched-minutes 0 counts all of them%n"
              .formatted(
                  garbage.recent(), garbage.recent() == 1 ? " is" : "s are", untouchedMinutes));
    }
    return text.toString();
  }
}
