package dev.millrace.bench.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A job as the router writes it: a line of about 200 bytes with all headers. Its key, the job id,
 * contains its number.
 */
public final class NumberedJob {
    private static final HexFormat HEX = HexFormat.of();
    private static final String HIGH_HALF = "0".repeat(16);

    private NumberedJob() {}

    /** Returns a factory of jobs in the normal lane of a pipeline. */
    public static JobFactory into(BenchPipeline pipeline) {
        String topic = pipeline.jobs(Lane.NORMAL);
        return (number, submittedAt) -> of(topic, number, submittedAt);
    }

    /**
     * @param number 0 or more
     */
    static ProducerRecord<byte[], byte[]> of(String topic, long number, Instant submittedAt) {
        String id = HIGH_HALF + HEX.toHexDigits(number);
        String line =
                "{\"custom_id\":\"job-"
                        + number
                        + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\""
                        + BenchPipeline.MODEL
                        + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Where is my parcel "
                        + number
                        + "? It has not come.\"}],\"max_tokens\":100}}";
        var record = new ProducerRecord<>(topic, id.getBytes(UTF_8), line.getBytes(UTF_8));
        new JobHeaders(
                        new JobHeaders.Identity(new JobId(id), "default", "bench", number + 1),
                        new JobHeaders.Submission(Priority.NORMAL, null, submittedAt),
                        new JobHeaders.Route("default/1", List.of(BenchPipeline.MODEL), null))
                .writeTo(record.headers());
        return record;
    }
}
