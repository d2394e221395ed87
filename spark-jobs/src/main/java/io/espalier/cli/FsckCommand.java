package io.espalier.cli;

import io.espalier.upkeep.MissingSeals;
import io.espalier.upkeep.Problem;
import io.espalier.upkeep.RunCheck;
import io.espalier.upkeep.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier fsck}: is every file of a run what was written? */
@Command(
    name = "fsck",
    description = {
      "Reads every file of a run and compares it with its SHA-256: checkpoints with their manifests,",
      "tables with the seals of their commits, everything else with the seal beside it. Looks whether",
      "logs have no gaps and every parent and table version that is named is there. Changes nothing;",
      "exits with 1 if something is damaged or missing. Starts no Spark."
    },
    footer = {
      "  espalier fsck runs/quickstart",
      "  espalier fsck s3a://bucket/run --json",
      "  espalier fsck runs/old --seal             also seals what has no SHA-256 yet"
    })
final class FsckCommand implements Callable<Integer> {
  /** More of them, as in a run that an older version wrote, hide what matters. */
  private static final int SHOWN_NOTES = 20;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private UpkeepOptions options = new UpkeepOptions();
  @Mixin private JsonOption json = new JsonOption();

  @Option(
      names = "--seal",
      description =
          "Seals tables that were written by an older version, or by a process killed behind its commit, as they lie there.")
  private boolean seal;

  @Override
  public Integer call() {
    Interruption.announce(
        spec.commandLine().getErr(),
        "Interrupted. Nothing is damaged by that; the same command looks again.");
    UpkeepRun run = UpkeepRun.of(options);
    Verdict verdict = check(run);
    if (seal && verdict.isWhole()) {
      verdict = sealed(run);
    }
    spec.commandLine().getOut().print(json.isGiven() ? Output.json(verdict) + "\n" : text(verdict));
    return verdict.isWhole() ? Failures.DONE : Failures.FAILED;
  }

  private static Verdict check(UpkeepRun run) {
    return RunCheck.of(run.configuration(), run.paths());
  }

  private Verdict sealed(UpkeepRun run) {
    return run.leased(
        spec.commandLine(),
        () -> {
          MissingSeals.write(run.configuration(), run.paths());
          return check(run);
        });
  }

  private static String text(Verdict verdict) {
    StringBuilder text = new StringBuilder();
    List<Problem> problems = verdict.problems();
    long notes = problems.stream().filter(p -> !p.isFailure()).count();
    if (!problems.isEmpty()) {
      TextTable table = TextTable.of("", "File", "What", "What to do");
      problems.stream()
          .filter(p -> p.isFailure() || notes <= SHOWN_NOTES)
          .forEach(
              p ->
                  table.row(
                      p.kind().name().toLowerCase(Locale.ROOT), p.path(), p.what(), p.remedy()));
      text.append(table.toText()).append("\n");
    }
    if (notes > SHOWN_NOTES) {
      text.append("%,d files are unsealed or orphans; --json lists them%n%n".formatted(notes));
    }
    long failures = problems.stream().filter(Problem::isFailure).count();
    text.append(
        "%s: %,d checkpoints, %,d tables, %,d files, %s read: %s%n"
            .formatted(
                verdict.run(),
                verdict.checkpoints(),
                verdict.tables(),
                verdict.files(),
                Quantities.bytes(verdict.bytes()),
                failures == 0
                    ? "everything is what was written"
                    : "%,d of them damaged, missing or not of this run".formatted(failures)));
    return text.toString();
  }
}
