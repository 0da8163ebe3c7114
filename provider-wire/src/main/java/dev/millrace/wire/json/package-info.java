/**
 * JSON as trees, for bodies that have to be changed. Pure functions; thread-safe. Depends on
 * contracts only.
 */
@NullMarked
package dev.millrace.wire.json;

import org.jspecify.annotations.NullMarked;
