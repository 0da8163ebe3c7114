/**
 * Deletes rows: rows older than the retention, and rows of a tenant or batch to be forgotten. Works
 * in small transactions. The sink's thread deletes old rows; a command forgets. Depends on the
 * database, row and result packages.
 */
@NullMarked
package dev.millrace.store.erasure;

import org.jspecify.annotations.NullMarked;
