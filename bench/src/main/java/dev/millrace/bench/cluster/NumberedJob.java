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
 * A job as the router writes it: a line of about 200 bytes with all headers. Its key, the job id,
 * contains its number, so that each result identifies its job.
 */
final class NumberedJob {
    private static final HexFormat HEX = HexFormat.of();
    private static final int DIGITS = 16;
    private static final String HIGH_HALF = "0".repeat(DIGITS);
    private static final int BITS_PER_DIGIT = 4;

    private NumberedJob() {}

    /** Returns a factory of jobs for a pipeline. */
    static JobFactory into(BenchPipeline pipeline) {
        return (number, submittedAt) -> of(pipeline.jobs(), number, submittedAt);
    }

    /**
     * @param number 0 or more
     */
    static ProducerRecord<byte[], byte[]> of(String topic, long number, Instant submittedAt) {
        return of(topic, null, BenchPipeline.MODEL, number, submittedAt);
    }

    /**
     * @param partition the job's partition; null = chosen by the key
     * @param number 0 or more
     */
    static ProducerRecord<byte[], byte[]> of(
            String topic,
            @Nullable Integer partition,
            String model,
            long number,
            Instant submittedAt) {
        String id = HIGH_HALF + HEX.toHexDigits(number);
        String line =
                "{\"custom_id\":\"job-"
                        + number
                        + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\""
                        + model
                        + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Where is my parcel "
                        + number
                        + "? It has not come.\"}],\"max_tokens\":100}}";
        var record =
                new ProducerRecord<>(topic, partition, id.getBytes(UTF_8), line.getBytes(UTF_8));
        new JobHeaders(new JobHeaders.Identity(new JobId(id), "default", "bench", number + 1), new JobHeaders.Submission(Priority.NORMAL, null, submittedAt), new JobHeaders.Route("default/1", List.of(model), null))
                .writeTo(record.headers());
        return record;
    }

    /**
     * Returns the number of the job with the given key.
     *
     * @return -1 for a key without a number
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
            number = number << BITS_PER_DIGIT | HexFormat.fromHexDigit(key[i]);
        }
        return number;
    }
}
