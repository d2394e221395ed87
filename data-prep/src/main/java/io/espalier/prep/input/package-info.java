/**
 * From files to records: which files a source has, how they are cut into tasks, and readers that
 * give every record or say, with file and line, why it can't be had.
 *
 * <p>May import {@code config}, {@code text}, Hadoop's file systems, Parquet and Jackson; no Spark.
 * A task of Spark opens one of these readers and nothing more.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>Readers of our own instead of Spark's sources: those don't know the line a record stood on,
 *       replace invalid bytes silently, and lose a whole task to one truncated file.
 *   <li>Compression is recognised by a file's first bytes, not by its name.
 *   <li>The streams around the JDK's inflater and the Zstandard library are our own: theirs take a
 *       damaged header after the first member, or a second frame that breaks off, for the end of
 *       the file.
 *   <li>Damage is a result, not an exception; what was read before it stays. Only trouble of the
 *       file system (network, permissions) is an exception, so that Spark tries again: a document
 *       must not vanish because a connection broke.
 *   <li>A long uncompressed JSON-lines file is cut at byte offsets, and its line ends are counted
 *       first, so that records keep their line numbers. Compressed files and CSV, whose line ends
 *       may lie inside quotes, are read by one task each.
 *   <li>Nothing holds more than one record, and no more of it than the size limit allows.
 * </ul>
 */
@NullMarked
package io.espalier.prep.input;

import org.jspecify.annotations.NullMarked;
