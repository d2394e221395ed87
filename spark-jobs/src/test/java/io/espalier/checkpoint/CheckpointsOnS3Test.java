package io.espalier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.storage.Fault;
import io.espalier.storage.FaultProxy;
import io.espalier.storage.HttpHead;
import io.espalier.storage.S3Server;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checkpoints on a real S3 server, over a network that fails as planned. */
@Timeout(300)
class CheckpointsOnS3Test {
  private static final long SEED = 7;

  /** Of requests that something is done to, in every case of the table of faults. */
  private static final double FAULTY = 0.2;

  /** Retries as in production, with shorter waits. */
  private static final Map<String, String> QUICK =
      Map.of(
          "fs.s3a.retry.interval", "20ms",
          "fs.s3a.retry.throttle.interval", "20ms",
          "fs.s3a.multipart.size", "5M",
          "fs.s3a.multipart.threshold", "5M");

  @TempDir private static Path serverFolder;
  private static S3Server server;
  private static FaultProxy proxy;
  private static Configuration configuration;

  private final List<String> damages = Collections.synchronizedList(new ArrayList<>());
  private String uri = "";

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start(serverFolder);
    proxy = FaultProxy.before(server);
    configuration = S3Server.configuration(S3Server.settings(proxy.port()));
    QUICK.forEach(configuration::set);
  }

  @AfterAll
  static void stop() throws IOException {
    proxy.close();
    server.close();
  }

  @BeforeEach
  void ownFolder(TestInfo test) {
    uri = "s3a://%s/%08x".formatted(S3Server.BUCKET, test.getDisplayName().hashCode());
    proxy.follow((number, request) -> Fault.NONE);
    proxy.traffic().reset();
  }

  @Test
  void aCheckpointIsWrittenOnceAndCopiedNever() {
    List<String> copies = Collections.synchronizedList(new ArrayList<>());
    proxy.follow(
        (number, request) -> {
          if (!request.header("x-amz-copy-source").isEmpty()) {
            copies.add(request.target());
          }
          return Fault.NONE;
        });
    Samples.commit(folder(), 5);
    long written = proxy.traffic().sentBytes();
    Checkpoint read = folder().latest().orElseThrow();
    read.audit();

    long bytes = read.manifest().files().values().stream().mapToLong(FileEntry::lengthBytes).sum();
    assertThat(copies).isEmpty();
    assertThat(written).isBetween(bytes, bytes + 20_000);
    assertThat(damages).isEmpty();
  }

  @Test
  void ofManyWritersOfOneStepOneWinsAndTheOthersLeaveNothing() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<Checkpoint> commit = () -> Samples.commit(folder(), 3);
      List<String> hashes = new ArrayList<>();
      for (Future<Checkpoint> one : threads.invokeAll(Collections.nCopies(4, commit))) {
        hashes.add(one.get().hash());
      }
      assertThat(new TreeSet<>(hashes)).hasSize(1);
    } finally {
      threads.shutdown();
    }
    Checkpoint winner = folder().latest().orElseThrow();
    winner.audit();
    Storage storage = HadoopStorage.of(configuration, uri);
    assertThat(storage.list("step-00000003")).hasSize(2).contains(ManifestFile.NAME);
    assertThat(damages).isEmpty();
  }

  @Test
  void aCommitWhoseAnswerIsLostIsACommit() {
    proxy.follow(
        once(
            request -> request.method().equals("PUT") && request.target().contains("manifest"),
            Fault.RESET_AFTER));
    Checkpoint committed = Samples.commit(folder(), 4);
    committed.audit();
    assertThat(proxy.traffic().requests()).as("it was put again").containsKey("PUT");
    folder().latest().orElseThrow().audit();
    assertThat(damages).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CLOCK_SKEW")
  void whateverTheNetworkDoesTheBytesAreTheSame(Fault fault) throws IOException {
    Random random = new Random(SEED);
    List<String> done = Collections.synchronizedList(new ArrayList<>());
    proxy.follow(
        (number, request) -> {
          synchronized (random) {
            if (fault == Fault.NONE || random.nextDouble() >= FAULTY) {
              return Fault.NONE;
            }
          }
          done.add(request.method() + " " + number);
          return fault;
        });
    ByteBuffer values = large(12 << 20);
    for (long step = 1; step <= 2; step++) {
      try (CheckpointWriter writer = folder().begin(step)) {
        writer.tensors(CheckpointFiles.MODEL, List.of(tensor("large", values)));
        writer.commit(Samples.PROVENANCE);
      }
    }
    for (Checkpoint checkpoint : folder().all()) {
      checkpoint.audit();
    }
    try (SafetensorsReader reader = folder().at(2).tensors(CheckpointFiles.MODEL)) {
      assertThat(reader.read("large").data()).isEqualTo(values);
    }
    assertThat(folder().all()).hasSize(2);
    if (fault != Fault.NONE) {
      assertThat(done).as("the plan was carried out").hasSizeGreaterThan(5);
    }
    assertThat(damages).isEmpty();
  }

  @Test
  void oneTensorIsReadWithoutTheOthers() {
    ByteBuffer values = large(24 << 20);
    try (CheckpointWriter writer = folder().begin(1)) {
      writer.tensors(
          CheckpointFiles.MODEL,
          List.of(tensor("a", values), Samples.large(9), tensor("z", values)));
      writer.commit(Samples.PROVENANCE);
    }
    Checkpoint checkpoint = folder().at(1);
    proxy.traffic().reset();
    try (SafetensorsReader reader = checkpoint.tensors(CheckpointFiles.MODEL)) {
      assertThat(reader.read("large").data()).isEqualTo(Samples.large(9).data());
    }
    long wanted = Samples.large(9).data().remaining();
    assertThat(proxy.traffic().receivedBytes())
        .as("the header's piece, the tensor, and the pieces that it begins and ends in")
        .isLessThan(wanted + 4L * DigestingFile.PIECE_BYTES);
  }

  @Test
  void aWholeModelIsReadInFewRequests() {
    ByteBuffer values = large(48 << 20);
    try (CheckpointWriter writer = folder().begin(1)) {
      writer.tensors(CheckpointFiles.MODEL, List.of(tensor("a", values)));
      writer.commit(Samples.PROVENANCE);
    }
    Checkpoint checkpoint = folder().at(1);
    proxy.traffic().reset();
    try (SafetensorsReader reader = checkpoint.tensors(CheckpointFiles.MODEL)) {
      reader.read("a");
    }
    assertThat(proxy.traffic().requestCount()).isLessThanOrEqualTo(12);
    assertThat(proxy.traffic().receivedBytes()).isLessThan((48L << 20) + (1 << 20));
  }

  @Test
  void partsOfALargeFileAreUploadedSideBySide() {
    proxy.follow(
        (number, request) -> request.target().contains("partNumber=") ? Fault.DELAYED : Fault.NONE);
    try (CheckpointWriter writer = folder().begin(1)) {
      writer.tensors(CheckpointFiles.MODEL, List.of(tensor("a", large(30 << 20))));
      writer.commit(Samples.PROVENANCE);
    }
    assertThat(proxy.traffic().requests()).containsEntry("PART", 7L);
    assertThat(proxy.traffic().mostPartsAtOnce()).isGreaterThan(2);
  }

  @Test
  void aWriterThatGivesUpLeavesNoParts() throws IOException {
    try (CheckpointWriter writer = folder().begin(1)) {
      writer.tensors(CheckpointFiles.MODEL, List.of(tensor("a", large(12 << 20))));
    }
    assertThat(UnfinishedUploads.abort(configuration, uri)).isZero();
    assertThat(HadoopStorage.of(configuration, uri).list("")).isEmpty();
  }

  @Test
  void partsOfAWriterThatWasKilledAreGivenUpAndOthersAreLeftAlone() throws Exception {
    Process beside = UploadInAChild.start(server, uri + "-beside/model", serverFolder);
    Process killed = UploadInAChild.start(server, uri + "/model", serverFolder);
    beside.destroyForcibly().waitFor();
    killed.destroyForcibly().waitFor();

    assertThat(UnfinishedUploads.abort(configuration, uri)).isEqualTo(1);
    assertThat(UnfinishedUploads.abort(configuration, uri)).isZero();
    assertThat(UnfinishedUploads.abort(configuration, uri + "-beside")).isEqualTo(1);
  }

  @Test
  void whatTheStoreFlipsIsFound() throws IOException {
    Samples.commit(folder(), 1);
    Samples.commit(folder(), 2);
    Path model;
    try (Stream<Path> files = Files.walk(serverFolder.resolve("objects"))) {
      model =
          files
              .filter(f -> f.toString().contains(uri.replaceFirst(".*/", "") + "/step-00000002"))
              .filter(f -> f.endsWith(CheckpointFiles.MODEL))
              .findFirst()
              .orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(model);
    bytes[bytes.length / 2] ^= 1;
    Files.write(model, bytes);

    assertThat(folder().latest().orElseThrow().step()).isEqualTo(1);
    assertThat(damages).singleElement().asString().contains("step-00000002", "is damaged");
  }

  private CheckpointFolder folder() {
    return CheckpointFolder.open(configuration, uri, damages::add);
  }

  private static FaultProxy.Plan once(java.util.function.Predicate<HttpHead> which, Fault fault) {
    java.util.concurrent.atomic.AtomicBoolean done =
        new java.util.concurrent.atomic.AtomicBoolean();
    return (number, request) ->
        which.test(request) && done.compareAndSet(false, true) ? fault : Fault.NONE;
  }

  private static ByteBuffer large(int bytes) {
    byte[] values = new byte[bytes];
    new Random(SEED).nextBytes(values);
    return ByteBuffer.wrap(values);
  }

  private static NamedTensor tensor(String name, ByteBuffer values) {
    return new NamedTensor(
        name, TensorType.UINT8, List.of((long) values.remaining()), values.duplicate());
  }
}
