package io.espalier.prep.input;

import static io.espalier.prep.input.SampleFiles.documents;
import static io.espalier.prep.input.SampleFiles.failures;
import static io.espalier.prep.input.SampleFiles.read;
import static io.espalier.prep.input.SampleFiles.texts;
import static io.espalier.prep.input.SampleFiles.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.prep.input.SampleFiles.Sample;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every reader keeps, whatever the format and the compression. */
class RecordReaderContractTest {
  private static final List<Sample> SAMPLES =
      List.of(
          new Sample("a1", "Plain words.", "first"),
          new Sample("a2", "Two lines,\nwith \"quotes\"; commas\tand tabs.", "second"),
          new Sample("a3", "Übergrößenträger 日本語 🙂 e\u0301", "a, \"quoted\" source"),
          new Sample("a4", "x".repeat(9000), "long"),
          new Sample("a5", "The last one", "fifth"));

  @TempDir Path folder;

  /** A format in a compression, as files of that kind lie in the world. */
  enum Kind {
    JSON_LINES("lines.jsonl") {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.jsonLines(samples);
      }
    },
    JSON_LINES_GZIP("lines.json.gz") {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.gzip(SampleFiles.jsonLines(samples));
      }
    },
    JSON_LINES_MEMBERS("lines.jsonl.gz") {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.gzip(halves(SampleFiles.jsonLines(samples)));
      }
    },
    JSON_LINES_ZSTANDARD("lines.ndjson.zst") {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.zstandard(SampleFiles.jsonLines(samples));
      }
    },
    JSON_LINES_FRAMES("lines.jsonl.zst") {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.zstandard(halves(SampleFiles.jsonLines(samples)));
      }
    },
    CSV("rows.csv") {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.csv(samples);
      }
    },
    CSV_GZIP("rows.csv.gz") {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.gzip(halves(SampleFiles.csv(samples)));
      }
    },
    CSV_ZSTANDARD("rows.csv.zst") {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.zstandard(SampleFiles.csv(samples));
      }
    },
    TEXT("story.txt") {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.utf8(samples.get(0).text());
      }
    },
    TEXT_GZIP("story.md.gz") {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.gzip(SampleFiles.utf8(samples.get(0).text()));
      }
    },
    TEXT_ZSTANDARD("story.text.zst") {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.zstandard(SampleFiles.utf8(samples.get(0).text()));
      }
    },
    JSON_LINES_BZIP2("lines.jsonl.bz2") {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.bzip2(SampleFiles.jsonLines(samples));
      }
    },
    JSON_LINES_BZIP2_STREAMS("lines.json.bz2") {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.bzip2(halves(SampleFiles.jsonLines(samples)));
      }
    },
    JSON_LINES_XZ("lines.jsonl.xz") {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.xz(SampleFiles.jsonLines(samples));
      }
    },
    JSON_LINES_XZ_STREAMS("lines.json.xz") {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.xz(halves(SampleFiles.jsonLines(samples)));
      }
    },
    TEXT_XZ("story.txt.xz") {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.xz(SampleFiles.utf8(samples.get(0).text()));
      }
    },
    TEXT_MARKDOWN("story.md", RecordFormat.MARKDOWN) {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.utf8("---\ntitle: A story\n---\n" + samples.get(0).text());
      }
    },
    TEXT_HTML("story.html") {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.html(samples.get(0));
      }
    },
    TEXT_HTML_BZIP2("story.htm.bz2") {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.bzip2(SampleFiles.html(samples.get(0)));
      }
    },
    WARC("crawl.warc") {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.joined(SampleFiles.warcRecords(samples));
      }
    },
    WARC_GZIP("crawl.warc.gz") {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.gzip(SampleFiles.warcRecords(samples));
      }
    },
    ARROW_FILE("table.arrow") {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.arrowFile(samples);
      }
    },
    ARROW_STREAM("table.arrows") {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.arrowStream(samples);
      }
    },
    ARROW_GZIP("table.ipc.gz") {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.gzip(SampleFiles.arrowFile(samples));
      }
    },
    PARQUET("rows.parquet") {
      @Override
      byte[] bytes(List<Sample> samples) {
        return SampleFiles.parquet(samples);
      }
    };

    private final String fileName;
    private final RecordFormat format;

    Kind(String fileName) {
      this(fileName, RecordFormat.AUTO);
    }

    Kind(String fileName, RecordFormat format) {
      this.fileName = fileName;
      this.format = format.of(fileName);
    }

    abstract byte[] bytes(List<Sample> samples);

    boolean isText() {
      return name().startsWith("TEXT");
    }

    boolean isCompressed() {
      return fileName.matches(".*\\.(gz|zst|bz2|xz)");
    }

    /** The cut goes through a record. */
    private static byte[][] halves(byte[] bytes) {
      int half = bytes.length / 2;
      return new byte[][] {
        Arrays.copyOf(bytes, half), Arrays.copyOfRange(bytes, half, bytes.length)
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyRecordComesBack(Kind kind) {
    List<Sample> samples = kind.isText() ? SAMPLES.subList(1, 2) : SAMPLES;

    List<ReadResult> results = results(kind, kind.bytes(samples));

    assertThat(failures(results)).isEmpty();
    assertThat(texts(results)).isEqualTo(samples.stream().map(Sample::text).toList());
    if (!kind.isText()) {
      assertThat(documents(results).stream().map(d -> new Sample(d.id(), d.text(), d.source())))
          .isEqualTo(samples);
      assertThat(results.stream().map(ReadResult::record)).isSorted().doesNotHaveDuplicates();
      assertThat(results.get(0).record()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCompressedFileCutAnywhereKeepsWhatCameBeforeAndSaysWhatIsMissing(Kind kind) {
    byte[] bytes = kind.bytes(SAMPLES);
    for (int cut = 4; kind.isCompressed() && cut < bytes.length; cut++) {
      List<ReadResult> results = results(kind, Arrays.copyOf(bytes, cut));

      List<String> texts = texts(results);
      assertThat(texts)
          .isEqualTo(SAMPLES.subList(0, texts.size()).stream().map(Sample::text).toList());
      if (!endsMember(kind, bytes, cut)) {
        assertThat(failures(results)).as("cut at %d", cut).hasSize(1);
        assertThat(results.get(results.size() - 1)).isInstanceOf(ReadFailure.class);
        assertThat(failures(results).get(0).reason()).startsWith("truncated_");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFileCutAnywhereIsReadToItsEnd(Kind kind) {
    byte[] bytes = kind.bytes(SAMPLES);
    for (int cut = 1; cut < bytes.length; cut += 1 + cut / 50) {
      List<ReadResult> results = results(kind, Arrays.copyOf(bytes, cut));

      assertThat(failures(results)).as("cut at %d", cut).hasSizeLessThanOrEqualTo(1);
      assertThat(documents(results)).hasSizeLessThanOrEqualTo(SAMPLES.size());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFileOfWrongBytesIsReadToItsEnd(Kind kind) {
    byte[] bytes = kind.bytes(SAMPLES);
    Random random = new Random(11);
    for (int i = 0; i < 100; i++) {
      byte[] damaged = bytes.clone();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      List<ReadResult> results = results(kind, damaged);

      assertThat(results.stream().map(ReadResult::record)).isSorted();
      assertThat(failures(results))
          .allSatisfy(failure -> assertThat(failure.reason()).matches("[a-z0-9_]+"))
          .allSatisfy(failure -> assertThat(failure.detail()).isNotBlank());
    }
  }

  @Test
  void everyFormatIsTried() {
    List<RecordFormat> tried = Arrays.stream(Kind.values()).map(kind -> kind.format).toList();

    assertThat(tried)
        .containsAll(
            Arrays.stream(RecordFormat.values()).filter(f -> f != RecordFormat.AUTO).toList());
  }

  @Test
  void aFileOfNoBytesOrOfAnUnknownKindIsOneFailure() {
    assertThat(read(write(folder.resolve("nothing.jsonl"), new byte[0])))
        .extracting(SampleFiles::shortly)
        .containsExactly("0 empty_file");
    List<ReadResult> unknown = read(write(folder.resolve("story.doc"), new byte[] {1}));
    assertThat(unknown).extracting(SampleFiles::shortly).containsExactly("0 unknown_format");
    assertThat(failures(unknown).get(0).detail()).contains(".jsonl", ".parquet", "format says");
  }

  @Test
  void aFileIsUnpackedByItsContentsNotByItsName() {
    byte[] lines = SampleFiles.jsonLines(SAMPLES);

    assertThat(texts(read(write(folder.resolve("plain.jsonl.gz"), lines)))).hasSize(5);
    assertThat(texts(read(write(folder.resolve("packed.jsonl"), SampleFiles.gzip(lines)))))
        .hasSize(5);
    assertThat(texts(read(write(folder.resolve("other.jsonl.gz"), SampleFiles.zstandard(lines)))))
        .hasSize(5);
  }

  /** Cut between two members or frames, a file is whole as far as anyone can tell. */
  private static boolean endsMember(Kind kind, byte[] bytes, int cut) {
    byte[] start =
        switch (kind.fileName.substring(kind.fileName.lastIndexOf('.'))) {
          case ".gz" -> new byte[] {0x1F, (byte) 0x8B, 8};
          case ".zst" -> new byte[] {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD};
          case ".bz2" -> new byte[] {'B', 'Z', 'h'};
          default -> new byte[] {(byte) 0xFD, '7', 'z', 'X'};
        };
    return IntStream.range(0, start.length)
        .allMatch(i -> cut + i < bytes.length && bytes[cut + i] == start[i]);
  }

  private List<ReadResult> results(Kind kind, byte[] bytes) {
    InputFile file = write(folder.resolve(kind.fileName), bytes);
    return read(InputSlice.whole(file, kind.format), SampleFiles.OPTIONS);
  }
}
