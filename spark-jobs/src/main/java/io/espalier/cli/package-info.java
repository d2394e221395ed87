/**
 * The command line: what a person types, sees and gets back.
 *
 * <p>May import everything of the house; nothing may import it. Decisions: one main class for every
 * way of starting (launcher, spark-submit, bare java). Classes that picocli reads by reflection
 * name no Spark or Hadoop type in their signatures, because {@code bench train} runs on class paths
 * without them; what needs a session sits behind {@link io.espalier.cli.StageRunner} and is linked
 * when it is first called. Figures go to standard output, mistakes to standard error in one
 * sentence, stack traces and Spark's own log to a file.
 */
@NullMarked
package io.espalier.cli;

import org.jspecify.annotations.NullMarked;
