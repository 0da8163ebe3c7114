package dev.millrace.standalone.document;

/**
 * Jobs that wait for passages of documents.
 *
 * @param waiting number of jobs, at least 1; from {@link RetrievalQueueReader#MAX_COUNTED} on,
 *     counted by offsets, to which each transaction adds one
 * @param services number of running retrieval services
 */
public record RetrievalBacklog(long waiting, int services) {}
