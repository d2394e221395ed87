/**
 * From per-token log-probabilities to figures: perplexity and bits per byte of each model and each
 * ensemble on each domain's split, their means over domains, and which of their differences are
 * more than chance.
 *
 * <p>May import {@code forest} and {@code config}; no Spark. A Spark task calls {@link
 * io.espalier.evaluate.SplitEvaluation} for one (domain, split) with that split's rows of the table
 * {@code scores}; nothing else is needed, so the split can be streamed.
 *
 * <p>Perplexity is exp of the mean negative natural-log probability per token. Bits per byte is the
 * total in bits divided by the UTF-8 bytes of the text: comparable between tokenizers, which
 * perplexity is not.
 *
 * <p>What may look at which text: priors are decided on validation sequences, test sequences are
 * only scored. The updating prior is the one exception, by its definition: it follows the sequences
 * scored so far, one behind, so each token is still predicted from earlier text alone. Merge
 * weights never come from it.
 *
 * <p>Why differences are tested by resampling documents: a figure over a hundred thousand tokens
 * looks precise, but the tokens come from a few hundred documents, and within a document a model
 * that is lucky once is lucky again. The verdict is about the ratio of mean perplexities, the
 * figure that tables show, so that a table and its marks never disagree; the geometric mean is
 * stated too.
 *
 * <p>Why an ensemble without one expert decides its priors anew: the question is what the forest
 * would be had this expert never joined, not what is left when it drops out in the middle.
 *
 * <p>Why sums are compensated and sequences must come in the order of their ids: a figure is then
 * the same to the last bit, however the table's files are laid out.
 */
@NullMarked
package io.espalier.evaluate;

import org.jspecify.annotations.NullMarked;
