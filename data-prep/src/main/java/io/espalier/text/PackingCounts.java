package io.espalier.text;

/**
 * What went into a packer and what came out. Since all but the first end-of-text token are
 * predicted too, {@code predictedTokens + droppedTokens == tokens + documents - 1} unless there was
 * no text.
 *
 * @param documents documents with at least one token
 * @param tokens their tokens, end-of-text not counted
 * @param bytes their UTF-8 bytes
 * @param sequences windows written
 * @param predictedTokens targets in them, end-of-text between documents included
 * @param paddingTokens targets that are masked
 * @param droppedTokens targets that no window holds
 * @param droppedBytes the UTF-8 bytes those stand for
 * @param documentsCut documents whose tokens lie in more than one window
 */
public record PackingCounts(
    long documents,
    long tokens,
    long bytes,
    long sequences,
    long predictedTokens,
    long paddingTokens,
    long droppedTokens,
    long droppedBytes,
    long documentsCut) {}
