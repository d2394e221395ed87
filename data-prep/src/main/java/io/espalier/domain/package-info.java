/**
 * Who belongs to which domain: by folder, by a field of the record, by rules, or all to one.
 *
 * <p>May import {@code config}, {@code text}, {@code table} and Spark. A member of the family is a
 * Spark SQL expression over a document's own columns, never a function over rows: so the answer
 * cannot depend on the order or partitioning of the rows, and it runs wherever Spark SQL does, a
 * GPU included.
 *
 * <p>A domain's name becomes a folder's name (of checkpoints, of partitions), so {@link
 * io.espalier.domain.DomainName} brings every name into a form that is fit for that.
 */
@NullMarked
package io.espalier.domain;

import org.jspecify.annotations.NullMarked;
