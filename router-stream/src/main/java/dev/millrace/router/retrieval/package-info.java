/**
 * A feature of the router: passages of documents in prompts. {@link
 * dev.millrace.router.retrieval.Retrieval} sends jobs that need passages to the retrieval service
 * before they are planned, and {@link dev.millrace.router.retrieval.RetrievedJobs} reads the jobs
 * that return.
 *
 * <p>Runs on stream threads. Depends on the core of the router, and on contracts.
 */
@NullMarked
package dev.millrace.router.retrieval;

import org.jspecify.annotations.NullMarked;
