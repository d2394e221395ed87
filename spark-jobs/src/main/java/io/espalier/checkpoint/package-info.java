/**
 * Checkpoints: safetensors files, the manifest that makes a folder of them a checkpoint, and the
 * one step that commits it. A checkpoint is a folder that Hugging Face transformers opens as it
 * lies.
 *
 * <p>May import {@code config}, Jackson, SLF4J and Hadoop's FileSystem (in {@code HadoopStorage}
 * and what only remote folders need, so that local folders need no Hadoop on the class path).
 *
 * <p><b>Format, version 1.</b> {@code step-00000500/} holds {@code model.safetensors} and whatever
 * else its writer put there, and {@code manifest.json}: format version, step, provenance, and for
 * every file its path, length, SHA-256 and the CRC-32C of each piece of {@code piece_bytes}, as
 * eight hexadecimal digits a piece, in one string. The manifest's last field, {@code
 * manifest_sha256}, is the SHA-256 of the manifest without that field: the bytes before its comma,
 * then a line feed and the closing brace. The hash of a checkpoint is the SHA-256 of the whole
 * manifest file. Nothing in it depends on the clock or on the host's name, so that the same
 * training gives the same bytes.
 *
 * <p><b>Why two checksums.</b> Measured on two cores with SHA instructions: reading from the page
 * cache 5 to 7 GB/s, SHA-256 1.7 GB/s, CRC-32C 20 GB/s. SHA-256 on every load would take four
 * fifths of the speed; CRC-32C takes a tenth, and by pieces it also checks a single tensor, before
 * its bytes are used and in any order. So reading checks CRC-32C; SHA-256 is what identity and
 * provenance rest on, what {@code sha256sum} prints, and what {@link
 * io.espalier.checkpoint.Checkpoint#audit} ({@code inspect --audit}) compares. Neither is a
 * signature: who can change a file can change the manifest.
 *
 * <p><b>Why two ways to commit.</b> Where renaming a folder is atomic (local, HDFS) a writer fills
 * a hidden folder of its own and renames it. On object stores a rename is a copy that may stop half
 * way, so there the files are written once, below the step, in a folder of the attempt, and the
 * manifest that names them is put last, only if none is there. Readers need not know which: they
 * follow the manifest's paths. A put whose answer is lost is repeated by the client and then
 * refused because of itself: whoever is refused compares what is there with what it put.
 *
 * <p><b>Who may write.</b> A {@link io.espalier.checkpoint.Lease} gives one process the right; each
 * time it changes hands an epoch begins, with a file that only one of several can make ({@code
 * leases/run/00000007.json}). The holder rewrites its file regularly; who finds it unchanged for as
 * long as the lease lasts, by its own watch alone, begins the next epoch. The former holder may
 * only be asleep, so a {@link io.espalier.checkpoint.Fence} looks before every commit whether the
 * writer's epoch is still the newest. Looking and committing are two steps: a writer that stops
 * exactly between them can still commit one checkpoint late, under the rules of commit, so never in
 * the place of another, and on an object store with its epoch in the manifest's paths. What it then
 * leaves is a whole checkpoint of the same training.
 */
@NullMarked
package io.espalier.checkpoint;

import org.jspecify.annotations.NullMarked;
