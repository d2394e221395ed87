/**
 * Training of one checkpoint by one task: which samples in which order, from which local file, at
 * which learning rate, for how many updates, and the loop that carries it out.
 *
 * <p>May import {@code config}, {@code megatron} (the layout of local shards), {@code torch},
 * {@code comm}, {@code model} and {@code checkpoint}; no Spark, so that the whole loop runs and is
 * measured in a bare JVM.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>Everything that decides is a pure function.</b> {@link
 *       io.espalier.train.TrainingPlanner} turns settings into {@link
 *       io.espalier.train.TrainingPlan}s; {@link io.espalier.train.Schedule} and {@link
 *       io.espalier.train.SampleOrder} map a number to a rate and to a sequence. A resumed run
 *       therefore needs nothing but a counter to be bit-identical to an undisturbed one.
 *   <li><b>Seed, dense baseline and experts are one loop.</b> They differ in their plan alone.
 *   <li><b>An expert goes on where its parent stopped</b>: schedule, optimizer moments, and the
 *       place in its domain's permutation, so that seed and expert together see the same sequences
 *       of a domain as the dense model does.
 *   <li><b>A {@link io.espalier.train.Budget} moves updates between experts, never their sum</b>,
 *       so that compute stays matched. Where it decides during training ({@link
 *       io.espalier.train.MarginalSlices}), a decision is a function of the rows before it, and a
 *       slice is an ordinary plan that goes on from the one before ({@link
 *       io.espalier.train.SlicePlans}). Rates are constant within a slice, because nobody knows yet
 *       where the expert's schedule would end; they fall with the share of the whole budget that is
 *       spent.
 *   <li><b>What dropout drops is a pure function, too</b>: of seed, domain and the sample's number
 *       in its domain ({@link io.espalier.train.SampleOrder#dropoutKey}). No generator's state is
 *       saved, and neither ranks nor micro-batches nor a restart change it.
 *   <li><b>Each rank reads of a checkpoint what it holds</b>, in the pieces of 256 KB that its
 *       manifest verifies: all bytes of a matrix that is split by columns, whose rows are shorter
 *       than that, but only its own of everything else. Since a rank may be the only one to come
 *       upon damage, ranks ask each other before they go on from a checkpoint.
 *   <li><b>A spike is passed over by a shift</b> ({@link io.espalier.train.SpikeGuard}): the order
 *       of samples stays a pure function, and the guard's state says how far the run is ahead in
 *       it. A decision needs no file of its own: it follows from numbers, so a run that is killed
 *       before its next checkpoint meets the same spike again. Runs that branch from one that
 *       passed over samples begin as much further on, so that seed and expert still share none.
 *   <li><b>Scoring lives here</b> ({@link io.espalier.train.Scorer}) and not in {@code evaluate}:
 *       it reads the same shards with the same batches through the same model, while {@code
 *       evaluate} is arithmetic on what it yields.
 * </ul>
 */
@NullMarked
package io.espalier.train;

import org.jspecify.annotations.NullMarked;
