/**
 * Who belongs to which domain: by folder, by a field of the record, by source, by rules, all to
 * one, at random, or by the nearest cluster.
 *
 * <p>May import {@code config}, {@code text}, {@code table} and Spark. A member of the family is a
 * Spark SQL expression over a document's own columns, never a function over rows: so the answer
 * cannot depend on the order or partitioning of the rows, and it runs wherever Spark SQL does, a
 * GPU included.
 *
 * <p>Clusters alone need to see all documents first. The fit is therefore no member's business: the
 * stage that runs the sharders fits a model ({@code io.espalier.cluster}) where one of its sources
 * asks for it, asks it about each document, and hands the answer to the expressions as one more
 * column. So the family stays one of expressions, and what is fitted stays in one place.
 *
 * <p>A domain's name becomes a folder's name (of checkpoints, of partitions), so {@link
 * io.espalier.domain.DomainName} brings every name into a form that is fit for that.
 */
@NullMarked
package io.espalier.domain;

import org.jspecify.annotations.NullMarked;
