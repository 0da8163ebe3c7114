/**
 * The database: SQLite or PostgreSQL, its tables, and the transactions that store rows together
 * with offsets. Blocking JDBC; the sink's thread uses the {@link DatabaseWriter}. Depends on the
 * row and rollup packages and on contracts.
 *
 * <p>{@code docs/decisions/024-sink.md} has the reasons.
 */
@NullMarked
package dev.millrace.store.database;

import org.jspecify.annotations.NullMarked;
