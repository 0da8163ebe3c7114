/**
 * Deletes the rows of a tenant or batch to be forgotten, in small transactions, on the thread of a
 * command. Depends on the store.
 */
@NullMarked
package dev.millrace.results.erasure;

import org.jspecify.annotations.NullMarked;
