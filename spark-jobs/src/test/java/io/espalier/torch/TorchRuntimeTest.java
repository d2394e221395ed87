package io.espalier.torch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.espalier.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TorchRuntimeTest {
  @Test
  void theLibraryStartsAndSaysWhatItIs() {
    TorchRuntime.Description library = TorchRuntime.start();
    assertThat(library.version()).startsWith("2.");
    assertThat(Path.of(library.libraryPath())).isDirectory();
  }

  @Test
  void theCpuIsAlwaysThere() {
    assertThat(TorchRuntime.device("cpu")).isEqualTo(ComputeDevice.CPU).hasToString("cpu");
  }

  @Test
  void aGpuThatIsNotThereIsRefusedInOneSentence() {
    assumeFalse(TorchRuntime.device("auto").isCuda(), "this machine has a GPU");
    assertThatThrownBy(() -> TorchRuntime.device("cuda:0"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("device is cuda:0 but ")
        .hasMessageEndingWith("; cpu would work")
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu", "cuda:", "cuda:x", "CPU", ""})
  void unknownDeviceNamesAreRefused(String name) {
    assertThatThrownBy(() -> TorchRuntime.device(name))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "device is \"%s\" but must be auto, cpu or cuda:<number>, such as cuda:0", name);
  }

  @Test
  void precisionsAreNamedAsInConfigurations() {
    assertThat(Precision.values())
        .extracting(Precision::toString)
        .containsExactly("float32", "bfloat16", "float64");
  }

  /** A process of its own, because a library is loaded once per process. */
  @Test
  void aLibraryThatDoesNotLoadIsExplainedInOneSentence(@TempDir Path folder)
      throws IOException, InterruptedException {
    Files.writeString(folder.resolve(System.mapLibraryName("torch")), "not a library");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            StartsTheLibrary.class.getName());
    builder.environment().put("PYTORCH_LIBRARY_PATH", folder.toString());
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    assertThat(output.lines().filter(l -> l.startsWith("refused: ")))
        .hasSize(2) // asked twice, explained twice
        .allSatisfy(
            line ->
                assertThat(line)
                    .startsWith("refused: The PyTorch native library can't be loaded (")
                    .contains("PYTORCH_LIBRARY_PATH is " + folder));
  }

  /** Prints why the library doesn't start. */
  static final class StartsTheLibrary {
    public static void main(String[] args) {
      for (int i = 0; i < 2; i++) {
        try {
          TorchRuntime.start();
          System.out.println("started");
        } catch (ConfigException e) {
          System.out.println("refused: " + e.getMessage());
        }
      }
    }
  }
}
