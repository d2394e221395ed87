/**
 * A thin runtime over DJL's PyTorch engine: TorchScript archives written from resource text,
 * segment calls, native memory that is closed, threads, devices and precision.
 *
 * <p>May import DJL, and of the house only {@code config} for its exceptions; no other package
 * imports {@code ai.djl} (besides the tokenizer). Nothing here knows Spark, Hadoop or a model.
 *
 * <p>Why not DJL's own training interface: its gradient collector exists once per process, leaks,
 * and dispatches operator by operator. Here the maths is TorchScript text, called as whole segments
 * through DJL's public {@code IValueUtils.forward}; Java's share is some 50 µs a call. What crashes
 * the JVM or gives wrong gradients in DJL (scalar arithmetic in gradient mode, bfloat16 arrays
 * created from Java, {@code getGradient}) is out of reach, because a {@link
 * io.espalier.torch.Tensor} offers no arithmetic.
 *
 * <p>Why the graph optimiser is off: fusers may pick other kernels at the second call than at the
 * first, and then the bits of a run depend on how often a process has computed before.
 */
@NullMarked
package io.espalier.torch;

import org.jspecify.annotations.NullMarked;
