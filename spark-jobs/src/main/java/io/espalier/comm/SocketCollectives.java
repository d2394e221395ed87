package io.espalier.comm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One rank's end of a group over sockets, every rank connected with every other. A call states what
 * each {@link Link} has to send and receive, and {@link LinkDriver} moves it.
 */
final class SocketCollectives implements Collectives {
  /** Up to this, every rank sends all it has to every other and adds up everything itself. */
  private static final int SMALL_BYTES = 16 << 10;

  /** Summands of one rank that wait for the others'; they fit into a core's second cache. */
  private static final int WINDOW_BYTES = 128 << 10;

  private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

  private final SocketGroup group;
  private final int rank;
  private final @Nullable Link[] links;
  private final LinkDriver driver;
  private final RankOrder rankOrder = new RankOrder();
  private final ByteBuffer[] windows;

  /**
   * Takes over links.
   *
   * @param links by rank; none at this rank's own place
   */
  SocketCollectives(SocketGroup group, @Nullable Link[] links, Selector selector) {
    this.group = group;
    this.rank = group.rank();
    this.links = links;
    List<Link> all = Arrays.stream(links).filter(Objects::nonNull).toList();
    this.driver = new LinkDriver(group, all, selector);
    this.windows = new ByteBuffer[links.length];
    for (int other = 0; other < links.length; other++) {
      int bytes = other == rank ? 0 : WINDOW_BYTES;
      windows[other] = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  @Override
  public void allReduce(Call call, Memory memory) {
    ByteBuffer mine = bytes(memory);
    if (mine.capacity() <= SMALL_BYTES) {
      allReduceSmall(call, mine);
    } else {
      ByteBuffer[] ranges = new ByteBuffer[links.length];
      for (int other = 0; other < links.length; other++) {
        ranges[other] = Range.ofRank(other, links.length, call.elements()).of(mine, call.type());
      }
      reduceRanges(call, ranges, ranges[rank], true);
    }
  }

  private void allReduceSmall(Call call, ByteBuffer mine) {
    ByteBuffer[] inputs = new ByteBuffer[links.length];
    inputs[rank] = mine;
    for (int other = 0; other < links.length; other++) {
      Link link = links[other];
      if (link != null) {
        link.begin(call, true, true);
        link.send(mine.duplicate());
        inputs[other] = windows[other].clear().limit(mine.capacity());
        link.receive(inputs[other]);
      }
    }
    driver.run(call, LinkDriver.Stage.NONE);
    rankOrder.reduce(call, inputs, (int) call.elements(), mine);
  }

  @Override
  public void reduceScatter(Call call, Memory whole, Memory slice) {
    ByteBuffer all = bytes(whole);
    ByteBuffer[] ranges = new ByteBuffer[links.length];
    for (int other = 0; other < links.length; other++) {
      ranges[other] = new Range(other * call.elements(), call.elements()).of(all, call.type());
    }
    reduceRanges(call, ranges, bytes(slice), false);
  }

  /** Each rank sends every range to the rank that adds it up. */
  private void reduceRanges(Call call, ByteBuffer[] ranges, ByteBuffer sums, boolean replies) {
    List<RangeSums.Peer> peers = new ArrayList<>();
    for (int other = 0; other < links.length; other++) {
      Link link = links[other];
      if (link != null) {
        link.begin(call, true, true);
        link.send(ranges[other].duplicate());
        ByteBuffer reply = replies ? sums.duplicate().limit(0) : NOTHING;
        link.sendThen(reply);
        ByteBuffer answer = replies ? ranges[other].duplicate() : NOTHING;
        peers.add(new RangeSums.Peer(other, link, windows[other], reply, answer));
      }
    }
    driver.run(call, new RangeSums(call, rankOrder, rank, peers, ranges[rank], sums));
  }

  @Override
  public void allGather(Call call, Memory slice, Memory whole) {
    ByteBuffer mine = bytes(slice);
    ByteBuffer all = bytes(whole);
    for (int other = 0; other < links.length; other++) {
      ByteBuffer place = all.slice(other * mine.capacity(), mine.capacity());
      Link link = links[other];
      if (link == null) {
        place.put(mine.duplicate());
      } else {
        link.begin(call, true, true);
        link.send(mine.duplicate());
        link.receive(place);
      }
    }
    driver.run(call, LinkDriver.Stage.NONE);
  }

  @Override
  public void broadcast(Call call, Memory memory) {
    ByteBuffer mine = bytes(memory);
    if (mine.capacity() <= SMALL_BYTES) {
      broadcastToAll(call, mine);
    } else {
      Relay.run(call, driver, links, rank, mine);
    }
  }

  private void broadcastToAll(Call call, ByteBuffer mine) {
    for (int other = 0; other < links.length; other++) {
      Link link = links[other];
      if (link != null && rank == call.root()) {
        link.begin(call, true, false);
        link.send(mine.duplicate());
      } else if (link != null) {
        link.begin(call, false, other == call.root());
        link.receive(other == call.root() ? mine : NOTHING);
      }
    }
    driver.run(call, LinkDriver.Stage.NONE);
  }

  @Override
  public void barrier(Call call) {
    for (Link link : links) {
      if (link != null) {
        link.begin(call, true, true);
      }
    }
    driver.run(call, LinkDriver.Stage.NONE);
  }

  @Override
  public Group split(Call call, int color, int key) {
    Group whole = new Group(rank, links.length, this);
    List<Integer> ranks = SplitChoices.ask(whole, call, color, key).ranksOf(color);
    if (ranks.size() == 1) {
      return new Group(0, 1, new SoloCollectives(this));
    }
    SocketGroup part = group.part(call, color, ranks);
    SocketCollectives collectives = part.connect();
    group.hub().enter();
    return new Group(part.rank(), part.size(), collectives);
  }

  @Override
  public Health health() {
    return group.hub().health();
  }

  @Override
  public void abort(String reason) {
    group.hub().abort("rank %d aborted: %s".formatted(group.name(), reason));
  }

  @Override
  public void close() {
    driver.close();
    group.hub().leave();
  }

  private static ByteBuffer bytes(Memory memory) {
    return ((HostMemory) memory).buffer();
  }
}
