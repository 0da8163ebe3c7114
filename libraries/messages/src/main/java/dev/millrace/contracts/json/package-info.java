/**
 * Reads and writes JSON as bytes. Builds trees only for small objects, in {@link
 * dev.millrace.contracts.json.JsonFields}. Stateless and thread-safe.
 */
@NullMarked
package dev.millrace.contracts.json;

import org.jspecify.annotations.NullMarked;
