package io.espalier.report;

/**
 * What was run, where and with which code.
 *
 * @param name the experiment's name
 * @param createdAt when the report was written, as people read it
 * @param codeVersion version and commit of Espalier
 * @param machine cores, devices and memory in words
 * @param forestVersion which experts its ensembles and averages are of; 0 = there are none
 * @param configurationYaml the resolved configuration, every value
 */
public record RunFacts(
    String name,
    String createdAt,
    String codeVersion,
    String machine,
    long forestVersion,
    String configurationYaml) {}
