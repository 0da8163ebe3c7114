package dev.millrace.router.dedupe;

import dev.millrace.contracts.job.JobId;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/** The stored state of a job, for tests of the steps. */
public record SeenEntry(long atMillis, boolean hasEnded) {
    public static SeenEntry of(KeyValueStore<Bytes, byte[]> store, JobId jobId) {
        SeenJob job = SeenJob.decode(store.get(SeenJob.key(jobId)));
        return new SeenEntry(job.atMillis(), job.hasEnded());
    }
}
