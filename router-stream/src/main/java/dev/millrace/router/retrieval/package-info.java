/**
 * The records that the router exchanges with the retrieval service. {@code step.DedupeStep} sends
 * jobs that need passages of documents, and {@code step.ValidateStep} reads the returned jobs.
 *
 * <p>Pure, except for the header maps. Depends on the messages and records of the router, and on
 * contracts.
 */
@NullMarked
package dev.millrace.router.retrieval;

import org.jspecify.annotations.NullMarked;
