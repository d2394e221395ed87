package io.espalier.merge;

import io.espalier.checkpoint.SafetensorsReader;
import io.espalier.checkpoint.SafetensorsWriter;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The threads of one merge, from open inputs to an open output; see the package's description. */
final class TensorMerge {
  private final List<Block> blocks;
  private final List<SafetensorsReader> inputs;
  private final SafetensorsWriter output;
  private final List<Turns> inputTurns;
  private final Turns outputTurns = new Turns();
  private final AtomicInteger nextBlock = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  TensorMerge(List<Block> blocks, List<SafetensorsReader> inputs, SafetensorsWriter output) {
    this.blocks = List.copyOf(blocks);
    this.inputs = List.copyOf(inputs);
    this.output = output;
    this.inputTurns = Stream.generate(Turns::new).limit(inputs.size()).toList();
  }

  /** Merges every block; throws what the first thread to fail threw. */
  void run(List<BlockMerger> mergers) {
    List<Thread> threads = new ArrayList<>();
    for (BlockMerger merger : mergers) {
      Thread thread = new Thread(() -> mergeBlocks(merger), "merge-" + threads.size());
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    boolean interrupted = joinAll(threads);
    Throwable thrown = failure.get();
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new InterruptedIOException("interrupted while merging"));
    }
  }

  /** Returns when all have ended, since they use the caller's files; true if interrupted. */
  private boolean joinAll(List<Thread> threads) {
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
          end();
        }
      }
    }
    return interrupted;
  }

  private void mergeBlocks(BlockMerger merger) {
    try {
      int number = nextBlock.getAndIncrement();
      while (number < blocks.size() && mergeBlock(number, merger)) {
        number = nextBlock.getAndIncrement();
      }
    } catch (InterruptedException e) {
      end();
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
      end();
    }
  }

  private boolean mergeBlock(int number, BlockMerger merger) throws InterruptedException {
    Block block = blocks.get(number);
    for (int expert = 0; expert < inputs.size(); expert++) {
      if (!inputTurns.get(expert).await(number)) {
        return false;
      }
      ByteBuffer bytes = merger.input(expert, block.lengthBytes());
      inputs.get(expert).read(block.tensor().name(), block.firstByte(), bytes);
      inputTurns.get(expert).pass();
    }
    ByteBuffer merged = merger.merge(block);
    if (!outputTurns.await(number)) {
      return false;
    }
    output.append(merged);
    outputTurns.pass();
    return true;
  }

  private void end() {
    inputTurns.forEach(Turns::end);
    outputTurns.end();
  }
}
