package io.espalier.report;

/**
 * Documents of a domain in a language.
 *
 * @param language ISO 639, or {@code unknown}
 */
public record LanguageFact(String domain, String language, long documents, long bytes) {}
