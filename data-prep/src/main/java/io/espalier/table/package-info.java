/**
 * The Delta tables of a run: what their columns are, how they are partitioned, how they are written
 * once and read at a pinned version.
 *
 * <p>May import Spark and Delta, and {@code config}. {@link io.espalier.table.PinnedSequences} and
 * the row records import no Spark, so that tasks and the training core can use them alone.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>A record <em>is</em> the schema: {@link io.espalier.table.TableSchema} lists the eight
 *       tables, and the columns are the record's components in snake case. One place says what a
 *       column means (its Javadoc), and rows travel to and from Spark without a second list.
 *   <li>A table that one stage makes as a whole is <em>overwritten</em> in one commit, and that
 *       commit carries a fingerprint of what it was made from. A rerun with the same fingerprint is
 *       recognised from the log alone, without starting a Spark job; a killed writer leaves only
 *       files that no version names. A table that grows is appended to with a transaction
 *       identifier, or has the rows of one key replaced: both can be repeated.
 *   <li>Every reader names a version. Nothing reads "the latest".
 *   <li>Tokens and log-probabilities are packed little-endian bytes, which Delta Kernel reads
 *       several times faster than arrays.
 * </ul>
 */
@NullMarked
package io.espalier.table;

import org.jspecify.annotations.NullMarked;
