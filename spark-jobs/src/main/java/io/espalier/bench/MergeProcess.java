package io.espalier.bench;

import com.sun.management.OperatingSystemMXBean;
import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.CheckpointWriter;
import io.espalier.merge.MergeMethod;
import io.espalier.merge.MergePlan;
import io.espalier.merge.StreamingMerger;
import io.espalier.merge.WeightedExpert;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The process that merges: prints a line {@code name=value} for each figure. */
final class MergeProcess {
  private static final int ROUNDS = 3;
  private static final int COPY_BYTES = 1 << 20;
  private static final double BYTES_PER_MEGABYTE = 1e6;

  private final Path folder;
  private final int threads;
  private final List<Path> inputs;

  private final MergeMethod method;

  private MergeProcess(Path folder, int threads, List<Path> inputs, MergeMethod method) {
    this.folder = folder;
    this.threads = threads;
    this.inputs = inputs;
    this.method = method;
  }

  /** Merges the checkpoints in a folder. */
  public static void main(String[] arguments) throws IOException, ClassNotFoundException {
    Path folder = Path.of(arguments[0]);
    MergeMethod method;
    try (ObjectInputStream in =
        new ObjectInputStream(Files.newInputStream(folder.resolve(MergeInputs.METHOD)))) {
      method = (MergeMethod) in.readObject();
    }
    try (Stream<Path> inputs = Files.list(folder)) {
      List<Path> folders = inputs.filter(Files::isDirectory).sorted().toList();
      new MergeProcess(folder, Integer.parseInt(arguments[1]), folders, method).run();
    }
  }

  /** The rounds alternate, so that what else the machine does disturbs both alike. */
  private void run() throws IOException {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    double copySeconds = Double.MAX_VALUE;
    double copyCpuSeconds = Double.MAX_VALUE;
    double mergeSeconds = Double.MAX_VALUE;
    double cpuSeconds = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      int number = round;
      Timed copy = Timed.of(() -> readAllAndWriteOne(number));
      copySeconds = Math.min(copySeconds, copy.wallSeconds());
      copyCpuSeconds = Math.min(copyCpuSeconds, copy.cpuSeconds());
      long cpu = system.getProcessCpuTime();
      mergeSeconds = Math.min(mergeSeconds, Timed.of(() -> merge(number)).wallSeconds());
      cpuSeconds = Math.min(cpuSeconds, (system.getProcessCpuTime() - cpu) / 1e9);
    }
    PrintedFigures.print("read_and_write_seconds", copySeconds);
    PrintedFigures.print("read_and_write_cpu_seconds", copyCpuSeconds);
    PrintedFigures.print("merge_seconds", mergeSeconds);
    PrintedFigures.print("merge_cpu_seconds", cpuSeconds);
    PrintedFigures.print("merge_to_read_and_write_ratio", mergeSeconds / copySeconds);
    PrintedFigures.print(
        "merge_input_megabytes_per_second", inputBytes() / BYTES_PER_MEGABYTE / mergeSeconds);
    PrintedFigures.print(
        "peak_resident_megabytes",
        ProcessStatus.peakResidentBytes().orElse(0) / BYTES_PER_MEGABYTE);
  }

  private void merge(int round) {
    List<WeightedExpert> experts = new ArrayList<>();
    List<WeightedExpert> bases = new ArrayList<>();
    for (Path input : inputs) {
      boolean isBase = input.endsWith(MergeInputs.BASE);
      double weight = isBase ? 0 : 1.0 / (inputs.size() - (method.needsBase() ? 1 : 0));
      (isBase ? bases : experts)
          .add(
              new WeightedExpert(
                  String.valueOf(input.getFileName()),
                  CheckpointFolder.local(input).at(MergeInputs.STEP),
                  weight));
    }
    MergePlan plan = new MergePlan(experts, bases.stream().findFirst(), method);
    CheckpointFolder merged = CheckpointFolder.local(folder.resolve("merged-" + round));
    try (CheckpointWriter into = merged.resume(MergeInputs.STEP, plan.key("bench"))) {
      StreamingMerger.merge(plan, into, MergeInputs.PROVENANCE, threads);
    }
    deleteModel(merged.at(MergeInputs.STEP).location());
  }

  private static void deleteModel(String checkpoint) {
    try {
      Files.delete(Path.of(checkpoint, CheckpointFiles.MODEL));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every input once, and a file as long as one of them, made durable as a checkpoint is. */
  private void readAllAndWriteOne(int round) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(COPY_BYTES);
    Path copy = folder.resolve("copy-" + round);
    try {
      for (Path input : inputs) {
        read(model(input), buffer);
      }
      try (FileChannel out =
          FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        for (long left = Files.size(model(inputs.get(0))); left > 0; left -= buffer.limit()) {
          buffer.clear().limit((int) Math.min(COPY_BYTES, left));
          while (buffer.hasRemaining()) {
            out.write(buffer);
          }
        }
        out.force(true);
      }
      Files.delete(copy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void read(Path file, ByteBuffer buffer) throws IOException {
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      do {
        buffer.clear();
      } while (in.read(buffer) >= 0);
    }
  }

  private static Path model(Path input) {
    return Path.of(
        CheckpointFolder.local(input).at(MergeInputs.STEP).location(), CheckpointFiles.MODEL);
  }

  private long inputBytes() throws IOException {
    long bytes = 0;
    for (Path input : inputs) {
      bytes += Files.size(model(input));
    }
    return bytes;
  }
}
