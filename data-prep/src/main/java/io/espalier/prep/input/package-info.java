/**
 * From files to records: which files a source has, how they are cut into tasks, and readers that
 * give every record or say, with file and line, why it can't be had.
 *
 * <p>May import {@code config}, {@code text}, Hadoop's file systems, Parquet, Arrow, Jackson, ICU
 * and the libraries of compression and web archives; no Spark. A task of Spark opens one of these
 * readers and nothing more.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>Readers of our own instead of Spark's sources: those don't know the line a record stood on,
 *       replace invalid bytes silently, and lose a whole task to one truncated file.
 *   <li>Compression is recognised by a file's first bytes, not by its name.
 *   <li>The streams around the JDK's inflater and the Zstandard library are our own: theirs take a
 *       damaged header after the first member, or a second frame that breaks off, for the end of
 *       the file. Those of bzip2 and xz are the libraries that Spark ships, watched by {@link
 *       WatchedStream}.
 *   <li>Text in another encoding is made UTF-8 while it streams, so that every reader knows one
 *       encoding only; what isn't text in the declared one becomes a byte that UTF-8 never has, and
 *       the record is refused like any other damaged one.
 *   <li>Web archives are cut into records here and each is parsed by a library: the library's own
 *       reader stops at the first broken record.
 *   <li>An Arrow file is read as the stream that lies in it: that needs no seeking.
 *   <li>Damage is a result, not an exception; what was read before it stays. Only trouble of the
 *       file system (network, permissions) is an exception, so that Spark tries again: a document
 *       must not vanish because a connection broke.
 *   <li>A long uncompressed JSON-lines file is cut at byte offsets, and its line ends are counted
 *       first, so that records keep their line numbers. Compressed files and CSV, whose line ends
 *       may lie inside quotes, are read by one task each.
 *   <li>A file is hashed by whoever reads it anyway: its stream is listened to, and what a reader
 *       leaves of a damaged file is read to the end. Files that are entered in the middle or read
 *       to and fro are hashed in large parts, by those who count their line ends.
 *   <li>Nothing holds more than one record, and no more of it than the size limit allows.
 * </ul>
 */
@NullMarked
package io.espalier.prep.input;

import org.jspecify.annotations.NullMarked;
