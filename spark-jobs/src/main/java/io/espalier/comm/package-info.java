/**
 * Collectives between the ranks of a tensor- or data-parallel training.
 *
 * <p>May import the JDK, JNA, Jackson's annotations and {@code config}. Nothing here knows Spark, DJL
 * or a model.
 *
 * <p>Why sums are taken in rank order, not in the order of a ring: an element's bits then depend on
 * the ranks' values alone, not on the backend, the length of the message or its place in it; and
 * bfloat16 is rounded once. Each rank adds up one range of elements, which it receives from every
 * other directly, and sends the sum to all: the same bytes per rank as in a ring, in two rounds
 * instead of 2 (size − 1).
 */
@NullMarked
package io.espalier.comm;

import org.jspecify.annotations.NullMarked;
