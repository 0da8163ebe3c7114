/**
 * Finds passages of documents for jobs. {@code extract} reads the text of a file, {@code document}
 * is its record on the topic of documents, {@link dev.millrace.semantic.chunk} divides a text into
 * passages, {@code embedding} computes their vectors, {@code index} stores and finds them, {@code
 * library} keeps the indexes of all collections, {@code follow} reads the topic into it, {@code
 * vector} joins it with vectors of a model of the catalog, which {@code catalog} gets by jobs,
 * {@code prompt} adds passages to a request, and {@code job} does so for the jobs that wait.
 *
 * <p>{@link dev.millrace.retrieval.RetrievalService} starts the threads of a process.
 */
@NullMarked
package dev.millrace.retrieval;

import org.jspecify.annotations.NullMarked;
