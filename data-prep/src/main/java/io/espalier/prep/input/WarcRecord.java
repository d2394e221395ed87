package io.espalier.prep.input;

import java.util.Map;

/**
 * A record of a web archive (ISO 28500).
 *
 * @param number in the file, from 1
 * @param headers by name, whatever the case
 * @param block its first bytes
 * @param blockBytes how many it has in the file
 * @param problem why it is none; empty if it is one
 */
@SuppressWarnings("ArrayRecordComponent") // bytes to be read, compared nowhere
record WarcRecord(
    long number, Map<String, String> headers, byte[] block, long blockBytes, String problem) {

  /** The header's value, or the empty string. */
  String header(String name) {
    return headers.getOrDefault(name, "");
  }
}
