package dev.millrace.contracts.result;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.MillraceHeaders;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A record of the dead-letters topic: the key and value of the original record.
 *
 * @param headers headers of {@link DeadLetter} and of the producer
 */
public record BuriedRecord(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {

    /**
     * Returns the dead letter of a job's unreadable record. Repeats the job's fields from the
     * headers of the record.
     *
     * @param message one human-readable sentence
     */
    public static BuriedRecord malformed(ConsumerRecord<byte[], byte[]> record, String message) {
        var headers = new RecordHeaders(record.headers());
        new DeadLetter(
                        ErrorCode.MALFORMED_REQUEST.code(),
                        message,
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        MillraceHeaders.text(headers, MillraceHeaders.TENANT).orElse(null),
                        MillraceHeaders.text(headers, MillraceHeaders.BATCH).orElse(null),
                        MillraceHeaders.text(headers, MillraceHeaders.LINE)
                                .filter(text -> text.matches("[1-9][0-9]{0,17}"))
                                .map(Long::valueOf)
                                .orElse(null),
                        MillraceHeaders.text(headers, MillraceHeaders.JOB_ID).orElse(null))
                .writeTo(headers);
        return new BuriedRecord(record.key(), record.value(), headers);
    }
}
