/**
 * Domains of text that nobody has labelled (c-BTM, Gururangan et al. 2023, section 2): tf-idf →
 * truncated singular value decomposition → unit length → balanced k-means, and the model that is
 * left of it, which says of any later text where it belongs and how far it is from every domain.
 *
 * <p>May import {@code config}, Jackson and the JDK; knows no Spark. Plain loops over arrays, in
 * one thread and one order: the same documents give the same bits on every machine.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>The model is fitted on a sample of bounded size, chosen by a hash, on the driver: ten
 *       thousand pieces of text say where eight domains lie as well as ten million do, and what is
 *       fitted in one place depends on no partitioning. Memory is bounded by pieces × distinct
 *       terms of each, and vocabulary × dimensions.
 *   <li>The sample is of text, not of documents: where half of the documents are reviews of two
 *       lines, clusters of equally many documents divide the reviews five times and leave law and
 *       press together. Clusters of equally much text are experts with equally much to learn.
 *   <li>A vocabulary by document frequency rather than hashed features: it costs a few megabytes
 *       and gives the domains names that can be read.
 *   <li>The decomposition is randomised (Halko et al. 2011) over a sparse matrix in its rows'
 *       order. Spark's own is in a library that Espalier doesn't need otherwise, and sums in the
 *       order in which tasks finish.
 *   <li>Fitting is balanced: every cluster has the same number of the sample's pieces at most.
 *       Later documents go to the nearest centre, as in the paper, and domains may differ in size.
 *   <li>The assignment under equal sizes is exact: exchanges along negative cycles between clusters
 *       (Klein 1967) until there is none. It starts from the assignment before, so the objective
 *       never rises from one round to the next.
 * </ul>
 */
@NullMarked
package io.espalier.cluster;

import org.jspecify.annotations.NullMarked;
