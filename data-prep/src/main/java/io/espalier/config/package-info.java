/**
 * Strict YAML to records, the phrases of validation, and the paths of a run.
 *
 * <p>May import Jackson and nothing else of the house. The records that hold a section's settings
 * live in the package that uses them; this package only knows how to read, merge, check and write
 * them.
 */
@NullMarked
package io.espalier.config;

import org.jspecify.annotations.NullMarked;
