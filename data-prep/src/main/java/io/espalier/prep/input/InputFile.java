package io.espalier.prep.input;

import java.io.Serializable;

/**
 * A file of a source.
 *
 * @param uri where it is
 * @param path its path below the source's path, with {@code /} between folders
 * @param modifiedMillis when it was last written, in milliseconds since 1970
 */
public record InputFile(String uri, String path, long bytes, long modifiedMillis)
    implements Serializable {

  /** The file's name without its folders. */
  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
