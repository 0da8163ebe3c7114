package dev.millrace.bench.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Priority;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A job as the router writes it: a line of about 200 bytes, and all headers. Its id, which is the
 * key, is its number, so that each result tells which job it is of.
 */
final class NumberedJob {
    private static final HexFormat HEX = HexFormat.of();
    private static final int DIGITS = 16;
    private static final String HIGH_HALF = "0".repeat(DIGITS);
    private static final int BITS_OF_A_DIGIT = 4;

    private NumberedJob() {}

    /** Jobs for a pipeline. */
    static JobMaker into(Pipeline pipeline) {
        return (number, submittedAt) -> of(pipeline.jobs(), number, submittedAt);
    }

    /**
     * @param number 0 or more
     */
    static ProducerRecord<byte[], byte[]> of(String topic, long number, Instant submittedAt) {
        return of(topic, null, number, submittedAt);
    }

    /**
     * @param partition that the job goes to; null to choose it by the key
     * @param number 0 or more
     */
    static ProducerRecord<byte[], byte[]> of(
            String topic, @Nullable Integer partition, long number, Instant submittedAt) {
        String id = HIGH_HALF + HEX.toHexDigits(number);
        String line =
                "{\"custom_id\":\"job-"
                        + number
                        + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\""
                        + Pipeline.MODEL
                        + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Where is my parcel "
                        + number
                        + "? It has not come.\"}],\"max_tokens\":100}}";
        var record =
                new ProducerRecord<>(topic, partition, id.getBytes(UTF_8), line.getBytes(UTF_8));
        new JobHeaders(
                        new JobId(id),
                        "default",
                        "bench",
                        number + 1,
                        Priority.NORMAL,
                        null,
                        submittedAt,
                        "default/1",
                        List.of(Pipeline.MODEL),
                        0,
                        0,
                        null,
                        null)
                .writeTo(record.headers());
        return record;
    }

    /**
     * The number of the job with that key.
     *
     * @return -1 when it is none of ours
     */
    static long number(byte[] key) {
        if (key.length != 2 * DIGITS) {
            return -1;
        }
        long number = 0;
        for (int i = DIGITS; i < key.length; i++) {
            if (!HexFormat.isHexDigit(key[i])) {
                return -1;
            }
            number = number << BITS_OF_A_DIGIT | HexFormat.fromHexDigit(key[i]);
        }
        return number;
    }
}
