/**
 * What a run found, for people and programs: a self-contained HTML page, {@code results.json} and a
 * table for the terminal.
 *
 * <p>May import {@code evaluate}; no Spark. {@link io.espalier.report.ReportData} holds everything
 * a report needs as plain values, so a report can be written wherever they come from.
 *
 * <p>Three layers: records of what was measured ({@code ReportData} and its parts); views that
 * decide what is shown and say in one sentence what was found ({@code Grid}, {@code LossCurves},
 * {@code LedgerView}, …; tested without HTML); templates below {@code src/main/jte} that only lay
 * the views out. Views are public because the compiled templates lie in a package of jte's; nothing
 * else should use them.
 *
 * <p>Why jte: its templates are compiled in the build, so a misspelt field fails there, and it
 * escapes by default according to where in the HTML a value stands. Why Chart.js: one file of 200
 * KB, no build chain, copied into the page, so that the page works from a mail attachment.
 *
 * <p>Text from corpora is in the page (tokens, file names, messages), so it is treated as hostile:
 * jte escapes what stands in HTML, {@code EmbeddedJson} what stands in a script element, and the
 * page's content security policy lets nothing run but the two scripts that are known by their hash.
 */
@NullMarked
package io.espalier.report;

import org.jspecify.annotations.NullMarked;
