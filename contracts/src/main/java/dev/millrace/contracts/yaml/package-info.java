/**
 * Reads a YAML document into records: every scalar knows its line, {@code ${…}} is replaced, each
 * record component is a key, and everything that is wrong is collected instead of thrown.
 *
 * <p>Runs on the caller's thread at start-up. Knows nothing of what the records mean.
 */
@NullMarked
package dev.millrace.contracts.yaml;

import org.jspecify.annotations.NullMarked;
