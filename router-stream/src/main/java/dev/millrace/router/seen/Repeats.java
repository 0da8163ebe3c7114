package dev.millrace.router.seen;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.router.flow.Flow.Claim;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Tells the first record of a job from its repeats, and notes it among the seen jobs. */
public final class Repeats {
    private final KeyValueStore<Bytes, byte[]> entries;
    private final Expiry expiry;
    private final Sweep sweep;

    /**
     * @param entries the store of {@link SeenJobs}
     * @param expiry until when another record is a repeat
     */
    public Repeats(KeyValueStore<Bytes, byte[]> entries, Expiry expiry) {
        this.entries = entries;
        this.expiry = expiry;
        sweep = new Sweep(entries, expiry);
    }

    /**
     * What a record of a job is: a repeat with that code, or null for a first one, which is noted.
     *
     * @param recordMillis the record's time
     * @param streamMillis the highest time of a record so far
     * @param nowMillis the router's time
     */
    public @Nullable ErrorCode onClaim(
            Claim claim, long recordMillis, long streamMillis, long nowMillis) {
        Bytes key = SeenJob.key(claim.owner().jobId());
        byte[] digest = Digests.of(claim);
        byte[] stored = entries.get(key);
        ErrorCode repeat = stored == null ? null : judge(stored, digest, recordMillis);
        if (repeat == null) {
            long inRecords = Math.max(recordMillis, streamMillis);
            entries.put(key, SeenJob.open(Math.max(inRecords, nowMillis), digest).encode());
            sweep.onPut(key, inRecords);
        }
        return repeat;
    }

    private @Nullable ErrorCode judge(byte[] stored, byte[] digest, long recordMillis) {
        SeenJob job = SeenJob.decode(stored);
        return expiry.isOver(job, recordMillis) ? null : job.judge(digest);
    }
}
