package io.espalier.comm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** The exchange of ranks that are processes: a file for each rank and round in one folder. */
final class FileExchange implements Exchange {
  private final Path folder;
  private final int rank;
  private final int size;
  private int round;

  FileExchange(Path folder, int rank, int size) {
    this.folder = folder;
    this.rank = rank;
    this.size = size;
  }

  @Override
  public List<String> allGather(String mine) {
    round++;
    try {
      Path draft = Files.writeString(folder.resolve("draft-" + rank), mine);
      Files.move(draft, file(rank), StandardCopyOption.ATOMIC_MOVE);
      List<String> all = new ArrayList<>();
      for (int other = 0; other < size; other++) {
        while (!Files.exists(file(other))) {
          Thread.sleep(5);
        }
        all.add(Files.readString(file(other)));
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path file(int of) {
    return folder.resolve("round-" + round + "-rank-" + of);
  }
}
