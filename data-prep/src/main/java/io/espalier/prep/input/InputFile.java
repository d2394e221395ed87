package io.espalier.prep.input;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;

/**
 * A file of a source.
 *
 * @param uri where it is
 * @param path its path below the source's path, with {@code /} between folders
 * @param modifiedMillis when it was last written, in milliseconds since 1970
 * @param entityTag what an object store calls this content of it; empty on other file systems
 */
public record InputFile(
    String uri,
    String path,
    long bytes,
    long modifiedMillis,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String entityTag)
    implements Serializable {

  /** A file of a file system that has no entity tags. */
  public InputFile(String uri, String path, long bytes, long modifiedMillis) {
    this(uri, path, bytes, modifiedMillis, "");
  }

  /** The file's name without its folders. */
  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
