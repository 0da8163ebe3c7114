/**
 * JSON as trees, for bodies that have to be changed or assembled. {@link
 * dev.millrace.wire.json.JsonTree} reads JSON, {@link dev.millrace.wire.json.LenientJson} reads
 * servers' deviations from JSON, and {@link dev.millrace.wire.json.DeclaredCharset} converts other
 * charsets. Pure functions; thread-safe. Depends on contracts only.
 */
@NullMarked
package dev.millrace.wire.json;

import org.jspecify.annotations.NullMarked;
