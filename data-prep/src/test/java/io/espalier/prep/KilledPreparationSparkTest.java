package io.espalier.prep;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.config.RunPaths;
import io.espalier.table.LocalSpark;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledPreparationSparkTest {
  @TempDir Path folder;

  @Test
  void killedAtAnyTableItEndsWithTheSameTables() throws Exception {
    writeInput();
    RunPaths undisturbed = paths("undisturbed");
    RunPaths killed = paths("killed");
    Process amongRecords = startReadingFileByFile();
    PackedCorpus expected = PreparationInAChild.run(LocalSpark.session(), input(), undisturbed);

    killWhileItWrites(amongRecords, "/tables/records/part-");
    assertThat(recordsVersion(killed)).as("records of one file").isZero();

    killWhileItWrites(startChild("/tables/documents/part-"), "/tables/documents/part-");
    assertThat(recordsVersion(killed)).as("records of both").isPositive();
    assertThat(version(TableSchema.REJECTIONS, killed)).as("rejections come first").isZero();
    assertThat(version(TableSchema.DOCUMENTS, killed)).as("documents").isEqualTo(-1);

    killWhileItWrites(startChild("/tables/sequences/domain="), "/tables/sequences/domain=");
    assertThat(version(TableSchema.DOCUMENTS, killed)).as("documents").isZero();
    assertThat(version(TableSchema.SEQUENCES, killed)).as("sequences").isEqualTo(-1);

    PackedCorpus finished = PreparationInAChild.run(LocalSpark.session(), input(), killed);

    assertThat(finished).isEqualTo(expected);
    for (TableSchema<?> schema :
        List.of(TableSchema.DOCUMENTS, TableSchema.REJECTIONS, TableSchema.SEQUENCES)) {
      assertThat(rows(schema, killed)).isNotEmpty().isEqualTo(rows(schema, undisturbed));
    }
    assertThat(tokenizer(killed)).isEqualTo(tokenizer(undisturbed));
  }

  private static void killWhileItWrites(Process child, String part)
      throws IOException, InterruptedException {
    try (BufferedReader output = child.inputReader()) {
      assertThat(lastLine(output)).startsWith("hanging at ").contains(part);
      child.destroyForcibly();
    }
    assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).as("128 + SIGKILL").isEqualTo(137);
  }

  /** Hangs in the second of two files: the first is committed. */
  private Process startReadingFileByFile() throws IOException {
    Path commit = folder.resolve("killed/tables/records/_delta_log/00000000000000000000.json");
    return startChild(
        "/tables/records/part-",
        List.of("-D" + HangingFileSystem.HANG_AFTER + "=" + commit),
        List.of(PreparationInAChild.FILE_BY_FILE));
  }

  private Process startChild(String hangAt) throws IOException {
    return startChild(hangAt, List.of(), List.of());
  }

  private Process startChild(String hangAt, List<String> javaOptions, List<String> options)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx1g"));
    command.add("-Dai.djl.offline=true");
    command.add("-Dspark.hadoop.fs.file.impl=" + HangingFileSystem.class.getName());
    command.add("-D" + HangingFileSystem.HANG_AT + "=" + hangAt);
    command.addAll(javaOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(PreparationInAChild.class.getName());
    command.addAll(List.of(input().toString(), folder.resolve("killed").toString()));
    command.addAll(options);
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** The line before the child hangs, or all that it wrote if it ended. */
  private static String lastLine(BufferedReader output) throws IOException {
    StringBuilder log = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith("hanging")) {
        return line;
      }
      log.append(line).append('\n');
    }
    return log.toString();
  }

  private static long version(TableSchema<?> schema, RunPaths paths) {
    return Table.at(LocalSpark.session(), schema, paths.table(schema.name()))
        .latestVersion()
        .orElse(-1);
  }

  private static long recordsVersion(RunPaths paths) {
    return Table.at(LocalSpark.session(), RecordStore.TABLE, paths.table(RecordStore.NAME))
        .latestVersion()
        .orElse(-1);
  }

  /** The rows as text, sorted: the order of rows in a table means nothing. */
  private static List<String> rows(TableSchema<?> schema, RunPaths paths) {
    return Table.at(LocalSpark.session(), schema, paths.table(schema.name()))
        .read(version(schema, paths))
        .toJSON()
        .collectAsList()
        .stream()
        .sorted()
        .toList();
  }

  private static String tokenizer(RunPaths paths) throws IOException {
    Path local = paths.localRoot().orElseThrow().resolve("tokenizer");
    return Files.readString(local.resolve("tokenizer.json"));
  }

  private void writeInput() {
    Map<String, String> law = new LinkedHashMap<>();
    Map<String, String> code = new LinkedHashMap<>();
    for (int i = 0; i < 40; i++) {
      law.put("l" + i, "The court decides case " + i + (i % 7 == 0 ? "" : " of many."));
      code.put("c" + i, "def f%d(): return %d".formatted(i, i * i));
    }
    law.put("short", "ab");
    Corpus.write(input().resolve("law/a.jsonl"), law);
    Corpus.write(input().resolve("code/b.jsonl"), code);
  }

  private Path input() {
    return folder.resolve("in");
  }

  private RunPaths paths(String run) {
    return RunPaths.of(folder.resolve(run).toString());
  }
}
