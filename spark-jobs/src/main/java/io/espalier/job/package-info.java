/**
 * The Spark glue: one class per job, each a sentence that reads pinned tables, asks a pure planner
 * what to do, and has tasks carry it out.
 *
 * <p>May import everything of the house but {@code cli}. Decisions: every task gets exactly one
 * plan (explicit partitions, longest first), because hash partitioning could put two experts into
 * one task; what a task computes lives in classes without Spark, so that it can be tested and
 * measured alone; the driver never holds a whole model.
 */
@NullMarked
package io.espalier.job;

import org.jspecify.annotations.NullMarked;
