/** Reads and writes JSON as bytes, without building trees. Stateless and thread-safe. */
@NullMarked
package dev.millrace.contracts.json;

import org.jspecify.annotations.NullMarked;
