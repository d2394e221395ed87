package io.espalier.model;

import io.espalier.torch.Tensor;
import io.espalier.torch.TensorScope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Hands token ids to the native side through two direct buffers that are reused: the JVM frees
 * direct buffers late, so one per step would let a long training grow. The tensors are windows on
 * the buffers, so only the latest batch's may be in use. Not thread-safe.
 */
final class TokenBuffers {
  private ByteBuffer inputs = ByteBuffer.allocateDirect(0);
  private ByteBuffer targets = ByteBuffer.allocateDirect(0);

  /** The inputs as int64 (sequence, position). */
  Tensor inputs(TensorScope scope, TokenBatch batch) {
    inputs = filled(inputs, batch.inputs());
    return scope.wholeNumbers(inputs, batch.sequences(), batch.lengthTokens());
  }

  /** The targets as int64, one per row. */
  Tensor targets(TensorScope scope, TokenBatch batch) {
    targets = filled(targets, batch.targets());
    return scope.wholeNumbers(targets, batch.tokens());
  }

  private static ByteBuffer filled(ByteBuffer buffer, long[] values) {
    int bytes = Math.multiplyExact(values.length, Long.BYTES);
    ByteBuffer room = buffer.capacity() >= bytes ? buffer : ByteBuffer.allocateDirect(bytes);
    room.clear().limit(bytes).order(ByteOrder.nativeOrder());
    room.asLongBuffer().put(values);
    return room;
  }
}
