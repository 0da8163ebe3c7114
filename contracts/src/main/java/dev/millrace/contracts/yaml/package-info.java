/**
 * Reads a YAML document into records: each record component is a key, every node has a line number,
 * {@code ${…}} is replaced, and problems are collected instead of thrown.
 *
 * <p>Runs on the caller's thread at start-up. Independent of what the records mean.
 */
@NullMarked
package dev.millrace.contracts.yaml;

import org.jspecify.annotations.NullMarked;
