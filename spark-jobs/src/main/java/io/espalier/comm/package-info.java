/**
 * Collectives between the ranks of a tensor- or data-parallel training: ranks meet at a {@link
 * io.espalier.comm.Rendezvous} and get a {@link io.espalier.comm.Communicator} each.
 *
 * <p>May import the JDK, JNA, a logger, Jackson's annotations and {@code config}. Nothing here
 * knows Spark, DJL or a model; whoever starts the ranks plugs in an {@link
 * io.espalier.comm.Exchange}.
 *
 * <p>Why sums are taken in rank order, not in the order of a ring: an element's bits then depend on
 * the ranks' values alone, not on the backend, the length of the message or its place in it; and
 * bfloat16 is rounded once. Each rank adds up one range of elements, which it receives from every
 * other directly, and sends the sums to all: the same bytes per rank as in a ring, pipelined in
 * windows, in two rounds instead of 2 (size − 1). Short messages go from everyone to everyone in
 * one. The price is a connection between every two ranks, which is what notices a death at once.
 *
 * <p>Why control lines of their own, read by a thread of their own: a rank learns of an abort or a
 * death while it computes or is in the middle of a long message, and {@code abort} works from any
 * thread. All communicators split from one another fail together, because a training whose one
 * group is broken is over.
 *
 * <p>Why a handshake by HMAC over a secret of the attempt: ports are open to whoever can reach
 * them. A rank of an older attempt has another secret, and its attempt's number says so in the log.
 * Encryption is asked for where Spark's own is on.
 *
 * <p>Why no shared memory between processes: it would be faster than Unix-domain sockets, but
 * leaves its files behind a killed process, and a dead peer shows only by a deadline.
 */
@NullMarked
package io.espalier.comm;

import org.jspecify.annotations.NullMarked;
