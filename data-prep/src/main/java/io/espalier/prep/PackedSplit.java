package io.espalier.prep;

/**
 * What became of one split of one domain.
 *
 * @param documents documents with at least one token
 * @param documentTokens their tokens, end-of-text not counted
 * @param sequences windows
 * @param predictedTokens targets in them, end-of-text between documents included
 * @param paddingTokens masked targets
 * @param droppedTokens targets that are in no window
 * @param bytes UTF-8 bytes that the predicted tokens stand for
 * @param droppedBytes those of the dropped ones
 * @param longDocuments documents that no window holds whole; {@link
 *     io.espalier.text.PackingMethod#BEST_FIT} cuts no others
 */
public record PackedSplit(
    String domain,
    String role,
    String split,
    long documents,
    long documentTokens,
    long sequences,
    long predictedTokens,
    long paddingTokens,
    long droppedTokens,
    long bytes,
    long droppedBytes,
    long longDocuments) {}
