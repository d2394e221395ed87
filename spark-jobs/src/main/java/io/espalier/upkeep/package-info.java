/**
 * A run's folder as files: whether each is what was written ({@link io.espalier.upkeep.RunCheck}),
 * which of them nothing needs any more ({@link io.espalier.upkeep.Garbage}), and what its drivers
 * last said of their work ({@link io.espalier.upkeep.LiveStatus}). Needs Hadoop's file systems and
 * Delta Kernel, no Spark, so that any machine that sees the folder can look.
 *
 * <p>May import {@code config}, {@code checkpoint}, {@code table}, {@code forest}, and of {@code
 * train} the local shards' names.
 *
 * <p><b>What says what a file should be.</b> A checkpoint's manifest has the SHA-256 of its files
 * and of itself. A table's data files have none: Parquet pages carry a CRC-32, which every read
 * compares, but page headers and footers don't, a file in the place of another passes, and Delta's
 * log knows lengths alone. So each commit is followed by a seal ({@link io.espalier.table.Seal}),
 * the SHA-256 of every file that the commit brought, those of the log included. It costs one more
 * reading of what was just written (1.7 GB/s on a core, most of it still in memory), by tasks where
 * that is much. A writer killed between commit and seal leaves the seal to the next one; until then
 * such files are checked by length and reported as unsealed. Everything else that is read again
 * (experiment, tokenizer, clusters, report) lies beside a seal of its own. Log files and {@code
 * status} are for eyes and have none.
 *
 * <p><b>Why not Delta's VACUUM</b>: it knows one version of a table, the newest, and would take the
 * files of versions that checkpoints and figures name as what they were made from; it would also
 * add commits to the log, and everything here is pinned to a version. So what is needed is asked of
 * Kernel version by version, and only what no pinned version has is removed.
 */
@NullMarked
package io.espalier.upkeep;

import org.jspecify.annotations.NullMarked;
