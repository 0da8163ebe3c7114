package dev.millrace.router.seen;

import dev.millrace.contracts.job.JobId;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/** What the store holds of a job, for tests of the steps. */
public record SeenEntry(long atMillis, boolean hasEnded) {
    public static SeenEntry of(KeyValueStore<Bytes, byte[]> store, JobId jobId) {
        SeenJob job = SeenJob.decode(store.get(SeenJob.key(jobId)));
        return new SeenEntry(job.atMillis(), job.hasEnded());
    }
}
