package io.espalier.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Python with PyTorch and transformers: the one that {@code -Despalier.ecosystem.python} names,
 * or one that is made from PyPI in the build's folder and kept there as long as its requirements
 * stay the same.
 */
final class PythonEnvironment {
  private static final Path SOURCES = Path.of("src/test/python").toAbsolutePath();
  private static final Path REQUIREMENTS = SOURCES.resolve("requirements.txt");
  private static final Path FOLDER = Path.of("target/ecosystem").toAbsolutePath();

  private final String python;

  private PythonEnvironment(String python) {
    this.python = python;
  }

  static PythonEnvironment open() throws Exception {
    String given = System.getProperty("espalier.ecosystem.python", "");
    return new PythonEnvironment(given.isEmpty() ? made() : given);
  }

  private static String made() throws Exception {
    Path python = FOLDER.resolve("bin/python");
    Path installed = FOLDER.resolve("requirements.txt");
    if (Files.exists(installed) && Files.mismatch(installed, REQUIREMENTS) < 0) {
      return python.toString();
    }
    run("python3", "-m", "venv", "--clear", FOLDER.toString());
    run(
        python.toString(),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--requirement",
        REQUIREMENTS.toString());
    Files.copy(REQUIREMENTS, installed);
    return python.toString();
  }

  /** Runs a script of ours; returns what it printed, fails where it fails. */
  String script(String name, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(python, SOURCES.resolve(name).toString()));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
    return printed;
  }
}
