package io.espalier.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier doctor}: is this machine ready? */
@Command(
    name = "doctor",
    description = {
      "Looks over this machine: Java, native library, cores, memory, disk, GPU, Spark.",
      "Says what is found, what is missing and what to do; exits with 1 if something is missing."
    },
    footer = {"  espalier doctor", "  espalier doctor --output /data/runs --json"})
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      defaultValue = "runs",
      description = "The folder that runs will be written to (default: ${DEFAULT-VALUE}).")
  private String output = "runs";

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() {
    List<Finding> findings = new Doctor(System.getenv(), Path.of(output)).examine();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Output.json(Map.of("findings", findings)));
    } else {
      print(findings, out);
    }
    return findings.stream().anyMatch(f -> f.status() == Finding.Status.MISSING)
        ? Failures.FAILED
        : Failures.DONE;
  }

  private static void print(List<Finding> findings, PrintWriter out) {
    int width = findings.stream().mapToInt(f -> f.what().length()).max().orElse(0);
    for (Finding finding : findings) {
      String name = finding.what() + " ".repeat(width - finding.what().length());
      out.println("%s %s  %s".formatted(finding.status().mark(), name, finding.found()));
      if (!finding.advice().isEmpty()) {
        out.println(" ".repeat(width + 4) + "→ " + finding.advice());
      }
    }
  }
}
