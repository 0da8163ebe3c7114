/** Writes results, costs and dead letters into a database. */
@NullMarked
package dev.millrace.sink;

import org.jspecify.annotations.NullMarked;
