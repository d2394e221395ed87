package io.espalier.text;

import java.util.Arrays;

/** A growing list of ints, for millions of small lists. */
final class IntList {
  private int[] values = new int[2];
  private int size;

  int size() {
    return size;
  }

  int get(int index) {
    return values[index];
  }

  /** Appends a value unless it was the last one appended: values that rise become a set. */
  void addUnlessLast(int value) {
    if (size == 0 || values[size - 1] != value) {
      add(value);
    }
  }

  /** Appends a value. */
  void add(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = value;
  }

  /** Replaces a value that is there. */
  void set(int index, int value) {
    values[index] = value;
  }
}
