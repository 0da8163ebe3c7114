/**
 * Deletion of rows: those older than the retention, and those of a tenant or batch that is to be
 * forgotten. Works in small transactions. The sink's thread deletes old rows, a command forgets.
 * Depends on the database and row packages, and on the keys of webhook events.
 */
@NullMarked
package dev.millrace.sink.erasure;

import org.jspecify.annotations.NullMarked;
