/**
 * Reads nodes into records: each record component is a key. Rejects unknown keys and invalid
 * values, and finds all problems of a document in one pass.
 *
 * <p>Runs on the caller's thread at start-up. Independent of what the records mean. Depends on
 * {@code document} and {@code problem}.
 */
@NullMarked
package dev.millrace.yaml.binding;

import org.jspecify.annotations.NullMarked;
