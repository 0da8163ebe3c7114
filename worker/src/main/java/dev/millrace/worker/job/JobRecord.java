package dev.millrace.worker.job;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** Reads and copies the record of a job. Pure functions. */
public final class JobRecord {
    private JobRecord() {}

    /** Returns the batch line of a record; null if the record is not a batch line. */
    public static @Nullable RequestLine line(ConsumerRecord<byte[], byte[]> record) {
        return RequestParser.parse(record.value()) instanceof ParseResult.Accepted accepted
                ? accepted.line()
                : null;
    }

    /**
     * Returns the headers of a job. A gateway's job, of the express lane, was submitted when a
     * broker appended it, whatever the gateway's clock.
     *
     * @param lane lane of the record's topic
     * @throws UnreadableHeader if the record is not a job
     */
    public static JobHeaders headers(ConsumerRecord<byte[], byte[]> record, Lane lane)
            throws UnreadableHeader {
        var headers = JobHeaders.read(record.headers());
        return lane == Lane.EXPRESS && record.timestampType() == TimestampType.LOG_APPEND_TIME
                ? headers.withSubmittedAt(Instant.ofEpochMilli(record.timestamp()))
                : headers;
    }

    /**
     * Returns the record without Millrace's headers. Copies the other headers, since a header of a
     * fetched record keeps the whole fetch in memory.
     */
    public static ConsumerRecord<byte[], byte[]> slim(ConsumerRecord<byte[], byte[]> record) {
        var rest = new RecordHeaders();
        for (Header header : record.headers()) {
            if (!header.key().startsWith(MillraceHeaders.PREFIX)) {
                rest.add(header.key(), header.value());
            }
        }
        return with(record, rest);
    }

    /** Returns a slim record with all its headers again. */
    static ConsumerRecord<byte[], byte[]> original(
            ConsumerRecord<byte[], byte[]> slim, JobHeaders headers) {
        var all = new RecordHeaders(slim.headers());
        headers.writeTo(all);
        return with(slim, all);
    }

    private static ConsumerRecord<byte[], byte[]> with(
            ConsumerRecord<byte[], byte[]> record, RecordHeaders headers) {
        return new ConsumerRecord<>(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.timestampType(),
                record.serializedKeySize(),
                record.serializedValueSize(),
                record.key(),
                record.value(),
                headers,
                record.leaderEpoch());
    }
}
