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
 *   <li>That pass is kept in the table {@code records}, file by file ({@link
 *       io.espalier.prep.RecordStore}): files that have not changed are not read again. What
 *       compares records is computed anew over all of them: cheap beside reading, and the same as
 *       from scratch by construction, in whatever parts the files came. The tables are brought to
 *       the answer by their differences ({@link io.espalier.prep.WholeTable}), and windows are
 *       packed anew where documents changed ({@link io.espalier.prep.Repacking}).
 *   <li>Near duplicates: what is needed of one text, its sketch and its set of word n-grams, is
 *       plain Java; pairs and their exact Jaccard similarity are SQL. A document goes only where
 *       one that stays was compared with it and is as similar as asked for, so of a chain a ~ b ~ c
 *       the ends stay; whole components share a split where near duplicates are kept together.
 *   <li>What is connected with what, one task finds out in memory where the pairs are few ({@link
 *       io.espalier.prep.PairsInOneTask}), and a logarithmic number of rounds of SQL where they are
 *       many. What stays of similar documents is decided in the order of their ids, one after the
 *       other, which rounds of jobs are bad at: a chain of a thousand revisions takes hundreds. So
 *       that is plain Java too, for all documents or, where they are many, for the components of a
 *       partition. The rows are the same, so that nobody sees where the limit is.
 *   <li>Decontamination: a Bloom filter of the evaluation text's n-grams keeps those of training
 *       documents from ever becoming rows, and a join decides.
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
