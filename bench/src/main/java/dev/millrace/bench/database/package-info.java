/**
 * Databases in which measurements store rows: SQLite files, or a PostgreSQL server of their own.
 * Blocking calls on the calling thread.
 */
@NullMarked
package dev.millrace.bench.database;

import org.jspecify.annotations.NullMarked;
