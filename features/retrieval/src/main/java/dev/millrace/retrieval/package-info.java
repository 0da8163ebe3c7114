/**
 * Finds passages of documents for jobs. The way of a document:
 *
 * <ol>
 *   <li>{@code extract} reads the text of a file, for {@code millrace documents add};
 *   <li>{@code document} defines its record on the topic of documents;
 *   <li>{@code follow} reads the topic on its own thread;
 *   <li>{@code library} selects the index of the document's collection;
 *   <li>{@code index} divides the text into passages (with {@link dev.millrace.similarity.chunk})
 *       and stores them with the vectors that {@code embedding} computes, or that {@code catalog}
 *       gets by jobs and {@code vector} joins with the documents.
 * </ol>
 *
 * <p>The way of a job:
 *
 * <ol>
 *   <li>{@code job} reads it from the topic of waiting jobs, and searches the index;
 *   <li>{@code prompt} adds the passages, before the job returns to the router.
 * </ol>
 *
 * <p>{@link dev.millrace.retrieval.RetrievalService} starts the threads of a process.
 *
 * <ul>
 *   <li>{@code kafka} implements the interfaces of follower and jobs
 *   <li>{@code background} restarts the threads that index and embed documents when they fail
 * </ul>
 *
 * <p>{@code docs/decisions/011-documents.md} has the reasons.
 */
@NullMarked
package dev.millrace.retrieval;

import org.jspecify.annotations.NullMarked;
