package io.espalier.upkeep;

import io.espalier.config.RunPaths;
import io.espalier.table.TableSeals;
import io.espalier.table.TextFile;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Seals what an older version wrote, or a process that was killed behind its commit. */
public final class MissingSeals {
  private static final String SEAL = ".sha256";

  private static final Pattern SINGLE_FILES =
      Pattern.compile("experiment\\.yaml|(tokenizer|clusters|report|updates)/(.*/)?[^./][^/]*");

  private MissingSeals() {}

  /** Seals every commit and every single file that isn't sealed, as it lies there. */
  public static void write(Configuration configuration, RunPaths paths) {
    RawFiles files = RawFiles.of(configuration, paths.root());
    for (String path : files.paths()) {
      Path file = new Path(paths.root() + "/" + path);
      if (SINGLE_FILES.matcher(path).matches()
          && !files.has(path.replaceFirst("([^/]+)$", ".$1" + SEAL))) {
        String text = TextFile.readUnsealed(configuration, file).orElse("");
        TextFile.seal(configuration, file, text);
      }
    }
    for (String name : TableFiles.names(files)) {
      new TableSeals(configuration, paths.table(name))
          .seal(
              locations -> {
                Map<String, String> hashes = new TreeMap<>();
                locations.forEach(
                    location ->
                        TableSeals.hash(configuration, location)
                            .ifPresent(hash -> hashes.put(location, hash)));
                return hashes;
              });
    }
  }
}
