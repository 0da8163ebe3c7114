/**
 * The database: SQLite or PostgreSQL, its tables, and the one transaction that stores rows together
 * with the offsets they came from. Blocking JDBC; a {@link DatabaseWriter} belongs to the sink's
 * thread. Depends on the row package and on contracts.
 */
@NullMarked
package dev.millrace.sink.database;

import org.jspecify.annotations.NullMarked;
