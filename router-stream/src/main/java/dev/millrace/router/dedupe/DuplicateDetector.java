package dev.millrace.router.dedupe;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.router.message.RoutingMessage.ParsedRequest;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Detects repeats of jobs, and stores the first request of each job as a seen job. */
public final class DuplicateDetector {
    private final KeyValueStore<Bytes, byte[]> entries;
    private final SeenJobExpiry expiry;
    private final SeenJobSweeper sweeper;

    /**
     * Highest timestamp of a new job. Seen jobs expire by it instead of the clock, since a repeat
     * can wait in its topic while the router is down.
     */
    private long latestMillis;

    /**
     * @param entries the store of {@link SeenJobStore}
     * @param expiry decides how long further requests of a job are repeats
     */
    public DuplicateDetector(KeyValueStore<Bytes, byte[]> entries, SeenJobExpiry expiry) {
        this.entries = entries;
        this.expiry = expiry;
        sweeper = new SeenJobSweeper(entries, expiry);
    }

    /**
     * Returns the error code of a repeat, or null for the first request of a job, which is stored.
     *
     * @param recordMillis timestamp of the record
     * @param nowMillis the router's clock
     */
    public @Nullable ErrorCode onRequest(ParsedRequest request, long recordMillis, long nowMillis) {
        Bytes key = SeenJob.key(request.identity().jobId());
        byte[] digest = RequestDigest.of(request);
        byte[] stored = entries.get(key);
        ErrorCode repeat = stored == null ? null : judge(stored, digest, recordMillis);
        if (repeat == null) {
            latestMillis = Math.max(latestMillis, recordMillis);
            entries.put(key, SeenJob.open(Math.max(latestMillis, nowMillis), digest).encode());
            sweeper.onPut(key, latestMillis);
        }
        return repeat;
    }

    private @Nullable ErrorCode judge(byte[] stored, byte[] digest, long recordMillis) {
        SeenJob job = SeenJob.decode(stored);
        return expiry.isExpired(job, recordMillis) ? null : job.repeatCode(digest);
    }
}
