/**
 * Counts the outcomes of batches, and reads their manifests. Works concurrently with a writing
 * sink, on the thread of the caller. Depends on the database, query and result packages and on
 * contracts.
 */
@NullMarked
package dev.millrace.store.batch;

import org.jspecify.annotations.NullMarked;
