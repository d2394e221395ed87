package io.espalier.comm;

import java.nio.channels.SocketChannel;

/**
 * A connection on which both ends have proved who they are.
 *
 * @param channel not blocking; whoever gets the connection closes it
 * @param transcript random bytes of both ends, for keys of this connection alone
 * @param called whether this end called the other
 */
record Connection(SocketChannel channel, byte[] transcript, boolean called) {}
