/**
 * Reads YAML and JSON files strictly, on the caller's thread at start-up: unknown keys are
 * problems, and all problems are reported at once.
 *
 * <ul>
 *   <li>{@code document} parses a file into nodes with lines, and replaces <code>${…}</code>
 *   <li>{@code binding} reads nodes into records
 *   <li>{@code problem} what is wrong, and where
 * </ul>
 */
@NullMarked
package dev.millrace.yaml;

import org.jspecify.annotations.NullMarked;
