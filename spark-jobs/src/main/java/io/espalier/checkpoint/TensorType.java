package io.espalier.checkpoint;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The element types of safetensors, in the order in which the reference implementation ranks them:
 * its files hold the highest first, which keeps every tensor aligned to its element size.
 */
public enum TensorType {
  BOOL("BOOL", 1),
  UINT8("U8", 1),
  INT8("I8", 1),
  FLOAT8_E5M2("F8_E5M2", 1),
  FLOAT8_E4M3("F8_E4M3", 1),
  FLOAT8_E8M0("F8_E8M0", 1),
  INT16("I16", 2),
  UINT16("U16", 2),
  FLOAT16("F16", 2),
  BFLOAT16("BF16", 2),
  INT32("I32", 4),
  UINT32("U32", 4),
  FLOAT32("F32", 4),
  COMPLEX64("C64", 8),
  FLOAT64("F64", 8),
  INT64("I64", 8),
  UINT64("U64", 8);

  private static final Map<String, TensorType> BY_CODE =
      Arrays.stream(values()).collect(Collectors.toMap(TensorType::code, Function.identity()));

  private final String code;
  private final int elementBytes;

  TensorType(String code, int elementBytes) {
    this.code = code;
    this.elementBytes = elementBytes;
  }

  /** The name in a safetensors header, such as {@code F32}. */
  public String code() {
    return code;
  }

  /** Bytes of one element. */
  public int elementBytes() {
    return elementBytes;
  }

  /** The type with this name in a safetensors header; empty if there is none of whole bytes. */
  public static Optional<TensorType> ofCode(String code) {
    return Optional.ofNullable(BY_CODE.get(code));
  }
}
