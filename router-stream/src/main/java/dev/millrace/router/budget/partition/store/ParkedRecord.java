package dev.millrace.router.budget.partition.store;

import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import dev.millrace.router.message.RoutingMessage.Origin;
import java.math.BigDecimal;
import java.util.Objects;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The entry of a parked job: the record of its request, and its plan.
 *
 * @param batchLimit limit that its batch has declared; null for none
 * @param plan the plan as headers, and the API key that submitted the job
 * @param headers of the record
 * @param key of the record; null for none
 * @param bytes value of the record
 */
record ParkedRecord(
        long sinceMillis,
        long timestamp,
        Origin origin,
        @Nullable BigDecimal batchLimit,
        Headers plan,
        Headers headers,
        byte @Nullable [] key,
        byte[] bytes) {
    private static final byte VERSION = 1;
    private static final int TYPICAL_HEADER_BYTES = 1_024;

    byte[] encode() {
        return new EntryWriter(VERSION, bytes.length + TYPICAL_HEADER_BYTES)
                .number(sinceMillis)
                .number(timestamp)
                .text(origin.topic())
                .count(origin.partition())
                .number(origin.offset())
                .optionalAmount(batchLimit)
                .headers(plan)
                .headers(headers)
                .bytes(key)
                .bytes(bytes)
                .toBytes();
    }

    static ParkedRecord decode(byte[] entry) {
        var in = new EntryReader(entry, VERSION, "a parked job");
        return new ParkedRecord(
                in.number(),
                in.number(),
                new Origin(in.text(), in.count(), in.number()),
                in.optionalAmount(),
                in.headers(),
                in.headers(),
                in.bytes(),
                Objects.requireNonNull(in.bytes()));
    }
}
