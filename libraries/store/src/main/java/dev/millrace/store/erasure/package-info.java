/**
 * Deletes rows that are older than the retention, in small transactions, on the sink's thread.
 * Depends on the database package.
 */
@NullMarked
package dev.millrace.store.erasure;

import org.jspecify.annotations.NullMarked;
