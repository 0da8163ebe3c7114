package dev.millrace.router.cache;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.waiting.WaitingRecord;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A job that looks up an answer.
 *
 * @param cacheKey 64 hex digits
 * @param topic job topic for its call
 * @param lane lane of that topic; null if unknown
 * @param budgetRefusal why the job must not be called; null if its budget covers a call
 */
public record CachedJob(
        WaitingRecord record,
        JobHeaders headers,
        String cacheKey,
        String topic,
        @Nullable Lane lane,
        @Nullable String budgetRefusal) {

    /** Thrown for a record that is no lookup; the message names the header. */
    static final class UnreadableLookup extends Exception {
        private static final long serialVersionUID = 1L;

        UnreadableLookup(String message) {
            super(message);
        }
    }

    /**
     * Reads a record of the lookups topic.
     *
     * @throws UnreadableLookup if a header is missing or invalid
     */
    static CachedJob read(WaitingRecord record, Topics topics) throws UnreadableLookup {
        JobHeaders headers = headers(record);
        String cacheKey = headers.cacheKey();
        if (cacheKey == null) {
            throw new UnreadableLookup(MillraceHeaders.CACHE_KEY + " is missing");
        }
        String topic =
                MillraceHeaders.text(record.headers(), MillraceHeaders.JOB_TOPIC)
                        .filter(topics::isJobTopic)
                        .orElse(null);
        if (topic == null) {
            throw new UnreadableLookup(MillraceHeaders.JOB_TOPIC + " is not a job topic");
        }
        return new CachedJob(
                record,
                headers,
                cacheKey,
                topic,
                lane(topics, headers, topic),
                MillraceHeaders.text(record.headers(), MillraceHeaders.BUDGET_REFUSAL)
                        .orElse(null));
    }

    /**
     * Reads the record of a waiting job.
     *
     * @throws IllegalStateException if it is no lookup, although it was one when stored
     */
    static CachedJob readWaiting(byte[] stored, Topics topics) {
        try {
            return read(WaitingRecord.decode(stored), topics);
        } catch (UnreadableLookup e) {
            throw new IllegalStateException("a waiting job cannot be read", e);
        }
    }

    private static JobHeaders headers(WaitingRecord record) throws UnreadableLookup {
        try {
            return JobHeaders.read(record.headers());
        } catch (UnreadableHeader e) {
            throw new UnreadableLookup(String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable Lane lane(Topics topics, JobHeaders headers, String topic) {
        return Arrays.stream(Lane.values())
                .filter(it -> topics.jobs(headers.model(), it).equals(topic))
                .findFirst()
                .orElse(null);
    }
}
