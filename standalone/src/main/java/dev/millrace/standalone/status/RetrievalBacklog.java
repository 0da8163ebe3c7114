package dev.millrace.standalone.status;

import dev.millrace.standalone.client.RecordCount;

/**
 * Jobs that wait for passages of documents.
 *
 * @param count number of jobs, at least 1
 * @param services number of running retrieval services
 */
public record RetrievalBacklog(RecordCount count, int services) {
    public long waiting() {
        return count.records();
    }
}
