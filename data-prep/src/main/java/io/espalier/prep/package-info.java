/**
 * The stages of data preparation and the recipe that strings them together: raw files → {@code
 * documents} and {@code rejections} → tokenizer → {@code sequences}.
 *
 * <p>May import everything of this module, and Spark. The three entry points are {@link
 * io.espalier.prep.PrepareDocuments}, {@link io.espalier.prep.TrainTokenizer} and {@link
 * io.espalier.prep.PackSequences}.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>Every entry point checks everything it can before it writes anything, is skipped when its
 *       result was made from the same inputs and settings ({@link io.espalier.prep.Fingerprint}),
 *       and can be killed at any point: what it makes appears in one commit or not at all.
 *   <li>Nothing that was read is lost: at each stage kept + rejected = read, and the sums are held
 *       against the number of rows that Delta says it wrote.
 *   <li>No answer depends on how rows are spread over tasks: order and choice are by id, by a hash
 *       of the id, or by (source, file, record). An id that occurs twice is made unique first.
 *   <li>What looks at one record alone (parsing, cleaning, filters) is plain Java, run in one pass
 *       over the files. What compares records (duplicates, ids, domains, splits, counts) is Spark
 *       SQL with built-in expressions only, so that it can run on GPUs.
 *   <li>That pass is kept on the executors' disks until both tables are written, as rows rather
 *       than as Spark's column batches, which would gather ten thousand documents in memory.
 *   <li>Corpora that are tokens already ({@link io.espalier.prep.MegatronSettings}) pass by
 *       everything that looks at text: the user has decided about those documents. They meet the
 *       encoded text before the packer, so that splits, counts and windows are made in one place;
 *       their ids and their order stay as they are.
 *   <li>Packing is sequential by nature, each window goes on where the one before ended, so each
 *       split of each domain is packed by one task, which does no more than copy; the expensive
 *       part, encoding, runs before it on all cores.
 * </ul>
 */
@NullMarked
package io.espalier.prep;

import org.jspecify.annotations.NullMarked;
