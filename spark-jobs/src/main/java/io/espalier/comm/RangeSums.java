package io.espalier.comm;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Adds up one range of elements for all ranks while it arrives, a window at a time, and lets the
 * sums go out as they become ready. For one call.
 */
final class RangeSums implements LinkDriver.Stage {
  private final Call call;
  private final RankOrder rankOrder;
  private final List<Peer> peers;
  private final ByteBuffer mine;
  private final ByteBuffer sums;
  private final int rank;
  private int readyBytes;
  private int windowBytes;

  /**
   * What is exchanged with one other rank.
   *
   * @param rank of the other
   * @param window where its summands wait
   * @param reply the sums for it, with a limit that rises; empty if it gets none
   * @param answer where its own range's sums go; empty if none come
   */
  record Peer(int rank, Link link, ByteBuffer window, ByteBuffer reply, ByteBuffer answer) {}

  /**
   * Starts: the links' calls have begun.
   *
   * @param rank this one
   * @param mine this rank's summands
   * @param sums receives the sums; may be {@code mine}
   */
  RangeSums(
      Call call,
      RankOrder rankOrder,
      int rank,
      List<Peer> peers,
      ByteBuffer mine,
      ByteBuffer sums) {
    this.call = call;
    this.rankOrder = rankOrder;
    this.rank = rank;
    this.peers = peers;
    this.mine = mine;
    this.sums = sums;
    startWindow();
  }

  @Override
  public boolean advance() {
    if (windowBytes == 0) {
      return false;
    }
    for (Peer peer : peers) {
      if (peer.link.hasToReceive()) {
        return false;
      }
    }
    addUp();
    readyBytes += windowBytes;
    for (Peer peer : peers) {
      if (peer.reply.capacity() > 0) {
        peer.reply.limit(readyBytes);
      }
    }
    startWindow();
    return true;
  }

  @Override
  public boolean isDone() {
    return windowBytes == 0;
  }

  private void startWindow() {
    int left = mine.capacity() - readyBytes;
    windowBytes = Math.min(left, peers.get(0).window.capacity());
    for (Peer peer : peers) {
      peer.link.receive(left == 0 ? peer.answer : peer.window.clear().limit(windowBytes));
    }
  }

  private void addUp() {
    ByteBuffer[] inputs = new ByteBuffer[peers.size() + 1];
    inputs[rank] = mine.slice(readyBytes, windowBytes);
    for (Peer peer : peers) {
      inputs[peer.rank] = peer.window;
    }
    int elements = windowBytes / call.type().bytes();
    rankOrder.reduce(call, inputs, elements, sums.slice(readyBytes, windowBytes));
  }
}
