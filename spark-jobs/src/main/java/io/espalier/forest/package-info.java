/**
 * The forest: the versioned set of experts, and the arithmetic that makes one language model of
 * them. Priors, posteriors and mixtures are pure functions of log-probabilities.
 *
 * <p>May import {@code config} and the JDK; knows neither Spark nor a model. Everything works on
 * {@code float[experts][tokens]}: the natural-log probability that each expert gave each token, as
 * the {@code scores} table holds it. So one forward pass per expert and sequence serves any number
 * of ensembles.
 *
 * <p>Why log space in float64: a sequence's probability under one expert is around
 * e<sup>-5000</sup> for 1024 tokens. Products underflow, sums of logarithms don't.
 *
 * <p>Why two kinds of posterior: the paper (Li et al. 2022, Branch-Train-Merge, section 2) writes
 * the posterior given the whole text so far; the code its authors released looks at the previous
 * token only. Both are here so that they can be compared.
 *
 * <p>Why an average of posteriors is over all experts even where few are kept: top-k is a property
 * of the mixture, the prior one of the text. So an expert that was out can come back, and ensembles
 * that differ in top-k alone share their posterior.
 *
 * <p>Why the average of posteriors starts at the first one and gives the newest a weight of 0.3:
 * the authors' evaluation does ({@code ewm(alpha=0.3, adjust=False)} in pandas' terms); the paper's
 * "decay 0.3" leaves open which of the two terms decays.
 *
 * <p>Why every change is a new version and none is undone: what an ensemble or an average was made
 * of must be found again. A retired expert stays listed and its checkpoint stays on disk; a deleted
 * one stays listed with the hashes of all that was deleted with it, so that its absence can be
 * proved at any later time, by hashes and not by names.
 */
@NullMarked
package io.espalier.forest;

import org.jspecify.annotations.NullMarked;
