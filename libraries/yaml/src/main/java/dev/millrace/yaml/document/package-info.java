/**
 * Reads a YAML document into nodes with line numbers, and replaces <code>${…}</code> by environment
 * variables and file contents. Collects problems instead of throwing them.
 *
 * <p>Runs on the caller's thread at start-up. Depends on {@code problem}.
 */
@NullMarked
package dev.millrace.yaml.document;

import org.jspecify.annotations.NullMarked;
