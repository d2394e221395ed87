package io.espalier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.FormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Commit, damage, races and pruning; by renaming and by the manifest last, with and without Hadoop.
 */
class CheckpointFolderTest {
  enum Kind {
    LOCAL_RENAME,
    LOCAL_MANIFEST_LAST,
    HADOOP_RENAME,
    HADOOP_MANIFEST_LAST;

    CheckpointFolder at(Path folder, List<String> damages) {
      CommitProtocol protocol =
          name().endsWith("RENAME") ? new RenameCommit() : new ManifestLastCommit();
      return new CheckpointFolder(storage(folder), protocol, damages::add);
    }

    private Storage storage(Path folder) {
      if (name().startsWith("LOCAL")) {
        return new LocalStorage(folder);
      }
      RawLocalFileSystem fileSystem = new RawLocalFileSystem();
      Configuration configuration = new Configuration();
      try {
        fileSystem.initialize(java.net.URI.create("file:///"), configuration);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
      return new HadoopStorage(
          configuration, fileSystem, new org.apache.hadoop.fs.Path(folder.toString()));
    }
  }

  @TempDir Path root;
  private final List<String> damages = Collections.synchronizedList(new ArrayList<>());

  @ParameterizedTest
  @EnumSource
  void whatIsCommittedIsRead(Kind kind) {
    Checkpoint written = Samples.commit(kind.at(root, damages), 500);

    Checkpoint read = kind.at(root, damages).latest().orElseThrow();
    assertThat(read.step()).isEqualTo(500);
    assertThat(read.hash()).isEqualTo(written.hash()).hasSize(64);
    assertThat(read.manifest()).isEqualTo(written.manifest());
    assertThat(read.manifest().provenance()).isEqualTo(Samples.PROVENANCE);
    assertThat(read.json(CheckpointFiles.STATE).path("tokens").asLong()).isEqualTo(50_000);
    try (SafetensorsReader tensors = read.tensors(CheckpointFiles.MODEL)) {
      assertThat(tensors.read("large").data()).isEqualTo(Samples.large(500).data());
      assertThat(tensors.metadata()).containsEntry("format", "pt");
    }
    read.audit();
    assertThat(damages).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsSeenBeforeTheCommitAndNothingIsLeftWithoutOne(Kind kind) throws IOException {
    CheckpointFolder folder = kind.at(root, damages);
    try (CheckpointWriter writer = folder.begin(1)) {
      Samples.write(writer, 1);
      assertThat(folder.all()).isEmpty();
      assertThat(folder.latest()).isEmpty();
    }
    try (Stream<Path> left = Files.walk(root)) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
    assertThat(damages).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aWriterThatDiedIsNoCheckpointAndIsClearedAway(Kind kind) throws IOException {
    CheckpointFolder folder = kind.at(root, damages);
    Samples.commit(folder, 1);
    List<Path> before = files();
    Samples.write(folder.begin(2), 2); // Never closed: killed.

    assertThat(folder.latest().orElseThrow().step()).isEqualTo(1);
    folder.prune(1);
    assertThat(files()).as("may still be writing").hasSizeGreaterThan(before.size());
    folder.removeAbandoned(Duration.ZERO);
    assertThat(files()).isEqualTo(before);
    assertThat(damages).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void anyFlippedBitIsNamedAndThePreviousCheckpointIsUsed(Kind kind) throws IOException {
    CheckpointFolder folder = kind.at(root, damages);
    Samples.commit(folder, 1);
    Samples.commit(folder, 2);
    Random random = new Random(11);
    for (Path file : filesOf("step-00000002")) {
      byte[] whole = Files.readAllBytes(file);
      for (int i = 0; i < 10; i++) {
        byte[] flipped = whole.clone();
        flipped[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, flipped);
        damages.clear();

        assertThat(folder.latest().orElseThrow().step()).isEqualTo(1);
        assertThat(damages).singleElement().asString().contains(file.toString());
      }
      Files.write(file, whole);
    }
    assertThat(folder.latest().orElseThrow().step()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void truncatedLongerAndMissingFilesAreNamedAndThePreviousCheckpointIsUsed(Kind kind)
      throws IOException {
    CheckpointFolder folder = kind.at(root, damages);
    Samples.commit(folder, 1);
    Samples.commit(folder, 2);
    for (Path file : filesOf("step-00000002")) {
      if (kind.name().endsWith("LAST") && file.endsWith(ManifestFile.NAME)) {
        continue; // Without its manifest such a step is just one that is being written.
      }
      byte[] whole = Files.readAllBytes(file);
      for (int length :
          new int[] {0, 1, whole.length / 2, whole.length - 1, whole.length + 1, -1}) {
        if (length >= 0) {
          Files.write(file, java.util.Arrays.copyOf(whole, length));
        } else {
          Files.delete(file);
        }
        damages.clear();

        assertThat(folder.all()).extracting(Checkpoint::step).containsExactly(1L);
        assertThat(folder.latest().orElseThrow().step()).isEqualTo(1);
        assertThat(damages).hasSize(2).allMatch(d -> d.contains(file.toString()));
      }
      Files.write(file, whole);
    }
    assertThat(folder.latest().orElseThrow().step()).isEqualTo(2);
  }

  @Test
  void damageFoundWhileLoadingLoadsThePreviousCheckpoint() throws IOException {
    CheckpointFolder folder = CheckpointFolder.local(root, damages::add);
    Samples.commit(folder, 1);
    Samples.commit(folder, 2);
    flipLastByte(root.resolve("step-00000002/" + CheckpointFiles.MODEL));

    Optional<ByteBuffer> loaded =
        folder.loadLatest(c -> c.tensors("model.safetensors").read("large").data());
    assertThat(loaded).contains(Samples.large(1).data());
    assertThat(damages).singleElement().asString().contains("step-00000002", "is damaged: bytes [");
  }

  @Test
  void aLoaderThatWantsSomethingElseIsNotGivenAnOlderCheckpoint() {
    CheckpointFolder folder = CheckpointFolder.local(root, damages::add);
    Samples.commit(folder, 1);
    Samples.commit(folder, 2);

    assertThatThrownBy(() -> folder.loadLatest(c -> c.tensors("model.safetensors").read("wte")))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("has no tensor wte");
    assertThat(damages).isEmpty();
  }

  @Test
  void onlyDamageInWhatIsReadIsFound() throws IOException {
    CheckpointFolder folder = CheckpointFolder.local(root, damages::add);
    Checkpoint checkpoint = Samples.commit(folder, 2);
    flipLastByte(root.resolve("step-00000002/" + CheckpointFiles.MODEL));

    try (SafetensorsReader reader = checkpoint.tensors(CheckpointFiles.MODEL)) {
      reader.read("bias"); // In the first piece, which is whole.
      assertThatThrownBy(() -> reader.read("large")).isInstanceOf(FormatException.class);
    }
    assertThatThrownBy(checkpoint::verify).isInstanceOf(FormatException.class);
    assertThatThrownBy(checkpoint::audit).isInstanceOf(FormatException.class);
  }

  @Test
  void aCheckpointThatWasMovedToAnotherStepIsRefused() throws IOException {
    CheckpointFolder folder = CheckpointFolder.local(root, damages::add);
    Samples.commit(folder, 1);
    Files.move(root.resolve("step-00000001"), root.resolve("step-00000007"));

    assertThat(folder.latest()).isEmpty();
    assertThat(damages).singleElement().asString().contains("holds the checkpoint of step 1");
  }

  /**
   * Hadoop's local file system looks first and then creates or renames, so it can't decide such a
   * race.
   */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = "HADOOP.*")
  void ofTwoWritersOfOneStepOneWinsAndTheOtherIsHarmless(Kind kind) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 10; round++) {
        Path place = root.resolve("round-" + round);
        Callable<Checkpoint> commit = () -> Samples.commit(kind.at(place, damages), 3);
        List<String> hashes = new ArrayList<>();
        for (Future<Checkpoint> one : threads.invokeAll(Collections.nCopies(4, commit))) {
          hashes.add(one.get().hash());
        }
        Checkpoint winner = kind.at(place, damages).latest().orElseThrow();
        assertThat(hashes).containsOnly(winner.hash());
        assertThat(namesIn(place)).as("nothing is left of the others").hasSize(1);
        assertThat(filesOf(place.resolve("step-00000003"))).hasSize(3);
      }
    } finally {
      threads.shutdown();
    }
    assertThat(damages).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aDamagedCheckpointOfTheSameStepIsReplaced(Kind kind) throws IOException {
    CheckpointFolder folder = kind.at(root, damages);
    Samples.commit(folder, 4);
    Path model =
        filesOf("step-00000004").stream()
            .filter(f -> f.endsWith(CheckpointFiles.MODEL))
            .findFirst()
            .orElseThrow();
    flipLastByte(model);

    Samples.commit(folder, 4).verify();
    assertThat(folder.latest().orElseThrow().step()).isEqualTo(4);
    assertThat(namesIn(root)).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void pruningKeepsTheNewestWholeOnes(Kind kind) throws IOException {
    CheckpointFolder folder = kind.at(root, damages);
    for (long step = 1; step <= 6; step++) {
      Samples.commit(folder, step);
    }
    Files.delete(filesOf("step-00000006").get(0)); // Damaged: doesn't count.
    Files.delete(filesOf("step-00000002").get(0));

    folder.prune(2);
    assertThat(folder.all()).extracting(Checkpoint::step).containsExactly(4L, 5L);
    assertThat(namesIn(root))
        .containsExactlyInAnyOrder("step-00000004", "step-00000005", "step-00000006");
    assertThatThrownBy(() -> folder.prune(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theSameContentsGiveTheSameManifestWhereverTheyAreWritten() {
    String first = Samples.commit(CheckpointFolder.local(root.resolve("a")), 9).hash();
    assertThat(Samples.commit(CheckpointFolder.local(root.resolve("b")), 9).hash())
        .isEqualTo(first);
    assertThat(Samples.commit(CheckpointFolder.local(root.resolve("b")), 10).hash())
        .isNotEqualTo(first);
  }

  @Test
  void theManifestSaysWhatSha256sumPrints() throws IOException {
    Checkpoint checkpoint = Samples.commit(CheckpointFolder.local(root), 9);
    FileEntry entry =
        java.util.Objects.requireNonNull(checkpoint.manifest().files().get(CheckpointFiles.MODEL));
    byte[] bytes = Files.readAllBytes(root.resolve("step-00000009").resolve(entry.path()));
    assertThat(entry.sha256()).isEqualTo(Sha256.hex(bytes));
    assertThat(entry.lengthBytes()).isEqualTo(bytes.length);
    assertThat(checkpoint.hash())
        .isEqualTo(Sha256.hex(Files.readAllBytes(root.resolve("step-00000009/manifest.json"))));
  }

  @Test
  void aHadoopUriOfALocalFolderIsReachedWithoutChecksumFiles() throws IOException {
    CheckpointFolder folder =
        CheckpointFolder.open(new Configuration(), root.toUri() + "with space");
    Samples.commit(folder, 1);
    assertThat(filesOf(root.resolve("with space/step-00000001")))
        .extracting(f -> f.getFileName().toString())
        .containsExactly("manifest.json", "model.safetensors", "state.json");
  }

  @Test
  void anUnfinishedFileCannotBeCommitted() {
    try (CheckpointWriter writer = CheckpointFolder.local(root).begin(1)) {
      TensorSpec spec = new TensorSpec("w", TensorType.FLOAT32, List.of(1L));
      writer.openTensors("model.safetensors", List.of(spec), SafetensorsWriter.PYTORCH);
      assertThatThrownBy(() -> writer.commit(Samples.PROVENANCE))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(CheckpointFolder.local(root).all()).isEmpty();
  }

  private static void flipLastByte(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
  }

  private List<Path> files() throws IOException {
    return filesOf(root);
  }

  private List<Path> filesOf(String folder) throws IOException {
    return filesOf(root.resolve(folder));
  }

  private static List<Path> filesOf(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static List<String> namesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
