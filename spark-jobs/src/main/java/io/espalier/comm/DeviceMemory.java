package io.espalier.comm;

import java.util.Objects;

/**
 * Elements on an accelerator, by address.
 *
 * @param address of the first element, in the device's own address space
 * @param type what the elements are
 * @param elements how many there are
 */
public record DeviceMemory(long address, ElementType type, long elements) implements Memory {

  public DeviceMemory {
    if (elements < 0 || (address == 0 && elements > 0)) {
      throw new IllegalArgumentException(
          "%d elements at address %#x can't be".formatted(elements, address));
    }
  }

  @Override
  public DeviceMemory slice(long first, long count) {
    Objects.checkFromIndexSize(first, count, elements);
    return new DeviceMemory(address + first * type.bytes(), type, count);
  }
}
