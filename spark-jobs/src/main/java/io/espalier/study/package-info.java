/**
 * What a study consists of: the trials that stand beside a run's own forest, each a control that a
 * claim of Branch-Train-Merge (Li et al. 2022) needs, and the order in which they are trained.
 *
 * <p>May import {@code config} and {@code train}; no Spark: every decision is a pure function of
 * settings and domain sizes.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>All trials live in one run's folder</b>, under {@code trials/<name>/}, on the same
 *       version of the same sequences, scored into the same table. So every figure is compared on
 *       the same text, and what several trials share is computed once.
 *   <li><b>A trial is a list of training plans</b> like those of the run itself; only names,
 *       parents and a few numbers differ. Nothing else in the system knows of trials.
 *   <li><b>Shares of the seed are one path</b>: the seed of 75 % goes on from the seed of 50 %,
 *       because the schedule spans seed and branch and the order of samples is a pure function. A
 *       curve over five shares trains the seed once.
 *   <li><b>Random split</b> gives each expert another stretch of the balanced order of samples, so
 *       all of them together see exactly what the domain experts' dense counterpart sees.
 *   <li><b>A plan is ready when its parent is complete</b>, and the plan with the longest way to go
 *       behind it is trained first ({@link io.espalier.study.TrialQueue}): slots don't wait for
 *       waves.
 * </ul>
 */
@NullMarked
package io.espalier.study;

import org.jspecify.annotations.NullMarked;
