package io.espalier.prep.input;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * Files that several tasks enter in the middle, or whose reader goes to and fro in them (Parquet):
 * read once from end to end, in large parts side by side, for the lines before each slice and for
 * the file's SHA-256.
 */
public final class FileParts {
  /** What is hashed as one. The size is part of what the hash of a larger file means. */
  static final long PART_BYTES = InputTasks.TARGET_BYTES;

  private static final int BUFFER_BYTES = 1 << 16;

  private FileParts() {}

  /**
   * A part of a file.
   *
   * @param ends where its slices end, ascending; empty if nobody asks for its lines
   */
  public record Part(InputFile file, long start, long end, List<Long> ends)
      implements Serializable {
    public Part {
      ends = List.copyOf(ends);
    }
  }

  /**
   * What was found in a part.
   *
   * @param sha256 in hexadecimal digits; empty if the part can't be read
   * @param lineEnds of each slice
   */
  public record Found(String uri, String sha256, List<Long> lineEnds) implements Serializable {
    public Found {
      lineEnds = List.copyOf(lineEnds);
    }
  }

  /**
   * The parts of the files that these slices are of, in the slices' order.
   *
   * @param slices whole files, or all slices of a file; of files that are cut, each slice lies
   *     within one part
   */
  public static List<Part> of(List<InputSlice> slices) {
    Map<InputFile, List<Long>> ends = new LinkedHashMap<>();
    for (InputSlice slice : slices) {
      List<Long> ofFile = ends.computeIfAbsent(slice.file(), file -> new ArrayList<>());
      if (isCounted(slice)) {
        ofFile.add(slice.end());
      }
    }
    List<Part> parts = new ArrayList<>();
    ends.forEach(
        (file, all) -> {
          for (long start = 0; start < file.bytes(); start += PART_BYTES) {
            long first = start;
            long last = Math.min(file.bytes(), start + PART_BYTES);
            parts.add(
                new Part(
                    file,
                    first,
                    last,
                    all.stream().filter(end -> end > first && end <= last).toList()));
          }
        });
    return parts;
  }

  /** Whether the lines of a slice are counted: those of a file of lines that is cut. */
  public static boolean isCounted(InputSlice slice) {
    return slice.format() == RecordFormat.JSON_LINES && slice.end() != Long.MAX_VALUE;
  }

  /** Whether a slice's file can't be hashed by whoever reads its records. */
  public static boolean isNoStream(InputSlice slice) {
    return slice.end() != Long.MAX_VALUE || slice.format() == RecordFormat.PARQUET;
  }

  /**
   * Reads a part.
   *
   * @throws IOException if the file system fails
   */
  public static Found read(Configuration configuration, Part part) throws IOException {
    MessageDigest digest = FileDigest.sha256();
    List<Long> lineEnds = new ArrayList<>();
    try (FSDataInputStream in = RecordReaders.stream(configuration, part.file())) {
      in.seek(part.start());
      long at = part.start();
      for (long end : part.ends()) {
        lineEnds.add(read(in, end - at, digest, true));
        at = end;
      }
      read(in, part.end() - at, digest, false);
      if (in.getPos() < part.end()) {
        return new Found(part.file().uri(), "", lineEnds); // It is shorter than it was.
      }
    } catch (ChecksumException e) {
      if (!part.ends().isEmpty()) {
        throw e;
      }
      return new Found(part.file().uri(), "", List.of());
    }
    return new Found(part.file().uri(), HexFormat.of().formatHex(digest.digest()), lineEnds);
  }

  /**
   * The hash of each file by its URI: its SHA-256, or, where it has several parts, the SHA-256 of
   * the parts' hashes one after the other as bytes, with a hyphen and their number (as object
   * stores write that of an upload in parts).
   */
  public static SortedMap<String, String> hashes(List<Found> parts) {
    Map<String, List<String>> ofFile = new LinkedHashMap<>();
    parts.forEach(
        part -> ofFile.computeIfAbsent(part.uri(), uri -> new ArrayList<>()).add(part.sha256()));
    SortedMap<String, String> hashes = new TreeMap<>();
    ofFile.forEach(
        (uri, each) -> {
          if (!each.contains("")) {
            hashes.put(uri, each.size() == 1 ? each.get(0) : ofParts(each));
          }
        });
    return hashes;
  }

  private static String ofParts(List<String> parts) {
    MessageDigest digest = FileDigest.sha256();
    parts.forEach(part -> digest.update(HexFormat.of().parseHex(part)));
    return "%s-%d".formatted(HexFormat.of().formatHex(digest.digest()), parts.size());
  }

  private static long read(InputStream in, long bytes, MessageDigest digest, boolean counts)
      throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long left = bytes;
    long lineEnds = 0;
    while (left > 0) {
      int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        break;
      }
      digest.update(buffer, 0, read);
      for (int i = 0; counts && i < read; i++) {
        lineEnds += buffer[i] == '\n' ? 1 : 0;
      }
      left -= read;
    }
    return lineEnds;
  }
}
