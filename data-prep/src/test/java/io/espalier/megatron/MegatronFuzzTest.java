package io.espalier.megatron;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.espalier.config.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;

/** Whatever an index says of its tokens: a corpus or a sentence, and nothing allocated for it. */
class MegatronFuzzTest {
  private static final Configuration CONFIGURATION = new Configuration(false);

  @FuzzTest(maxDuration = "20s", maxExecutions = 50_000)
  void anyIndexIsACorpusOrASentence(byte[] index) throws IOException {
    Path folder = Files.createTempDirectory("fuzz");
    try {
      Files.write(folder.resolve("a.idx"), index);
      Files.write(folder.resolve("a.bin"), new byte[12]);
      MegatronCorpus.open(CONFIGURATION, folder.resolve("a").toString());
    } catch (FormatException expected) {
      // That is the other outcome.
    } finally {
      Files.deleteIfExists(folder.resolve("a.idx"));
      Files.deleteIfExists(folder.resolve("a.bin"));
      Files.delete(folder);
    }
  }
}
