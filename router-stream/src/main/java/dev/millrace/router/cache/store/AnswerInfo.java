package dev.millrace.router.cache.store;

import dev.millrace.contracts.control.CachePurge;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.time.Duration;
import java.time.Instant;

/**
 * Information about a cached answer, stored separately from the answer.
 *
 * @param createdMillis when the job ended, in milliseconds since the epoch
 * @param lastUseMinute when the answer was last used, in minutes since the epoch
 * @param bytes length of the result line
 * @param model catalog name of the model that answered
 * @param provider its provider; empty if unknown
 * @param tenant tenant of the job that was called
 * @param routedBy what selected the model of the called job
 */
public record AnswerInfo(
        long createdMillis,
        long lastUseMinute,
        int bytes,
        String model,
        String provider,
        String tenant,
        String routedBy) {
    private static final byte VERSION = 1;
    private static final int TYPICAL_BYTES = 160;
    private static final long MINUTE_MILLIS = Duration.ofMinutes(1).toMillis();

    /** Returns a view of the stored answers. */
    public static EntryView<AnswerInfo> view() {
        return new EntryView<>(CacheKind.ANSWER_INFO, AnswerInfo::decode);
    }

    /** Returns the minute of a time. */
    public static long minute(long millis) {
        return Math.max(0, millis / MINUTE_MILLIS);
    }

    /** Returns true once the answer is as old as the given age. */
    public boolean isOlderThan(Duration age, long nowMillis) {
        return nowMillis - createdMillis >= age.toMillis();
    }

    /** Returns the values that the filter of a purge checks. */
    public CachePurge.Answer forPurge(String cacheKey) {
        return new CachePurge.Answer(
                cacheKey, model, tenant, routedBy, Instant.ofEpochMilli(createdMillis));
    }

    AnswerInfo usedAt(long minute) {
        return new AnswerInfo(createdMillis, minute, bytes, model, provider, tenant, routedBy);
    }

    byte[] encode() {
        return new EntryWriter(VERSION, TYPICAL_BYTES)
                .number(createdMillis)
                .number(lastUseMinute)
                .count(bytes)
                .text(model)
                .text(provider)
                .text(tenant)
                .text(routedBy)
                .toBytes();
    }

    static AnswerInfo decode(byte[] entry) {
        var in = new EntryReader(entry, VERSION, "an answer");
        return new AnswerInfo(
                in.number(), in.number(), in.count(), in.text(), in.text(), in.text(), in.text());
    }
}
