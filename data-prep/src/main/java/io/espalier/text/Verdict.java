package io.espalier.text;

import java.util.Optional;

/**
 * What a filter says of a text.
 *
 * @param rejection why it is dropped; empty if it stays
 * @param language that it was found to be in, as {@link LanguageFilter} has it; empty if the filter
 *     looks at something else
 */
public record Verdict(Optional<Rejection> rejection, String language) {}
