package io.espalier.comm;

import java.nio.channels.SocketChannel;

/**
 * A connection on which both ends have proved who they are.
 *
 * @param channel not blocking; whoever gets the connection closes it
 * @param transcript what both ends said in the handshake, random bytes among it, in hexadecimal:
 *     for keys of this connection alone
 * @param called whether this end called the other
 */
record Connection(SocketChannel channel, String transcript, boolean called) {}
