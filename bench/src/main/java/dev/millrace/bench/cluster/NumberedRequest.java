package dev.millrace.bench.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.JobId;
import java.time.Instant;
import java.util.Arrays;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A request as the producer library writes it: a line of about 1 KiB with a question of 170 words,
 * keyed by the job id. The custom_id at the beginning of the line is its number.
 */
public final class NumberedRequest {
    /** The tenant of all requests that name no other. */
    public static final String TENANT = "acme";

    private static final String BEGIN = "{\"custom_id\":\"";
    private static final byte[] CUSTOM_ID = "\"custom_id\":\"".getBytes(UTF_8);

    /** A result has its own id before the custom_id. */
    private static final int SEARCHED_BYTES = 256;

    private static final int ZERO = '0';
    private static final int TEN = 10;
    private static final int REPEATS = 10;
    private static final String SENTENCES =
            "My parcel was to come on Monday and has not come. ".repeat(REPEATS)
                    + "Please tell me what to do. ".repeat(REPEATS);

    private NumberedRequest() {}

    /**
     * Creates the request with the given number.
     *
     * @param model the model that the request names
     */
    public static ProducerRecord<byte[], byte[]> of(String topic, String model, long number) {
        return record(topic, model, number, SENTENCES, TENANT, "");
    }

    /**
     * Creates a request that names the pipeline's model.
     *
     * @param question number of the question; equal questions have equal bodies
     * @param options further members of the {@code millrace} object, with a leading comma; may be
     *     empty
     */
    public static ProducerRecord<byte[], byte[]> of(
            BenchPipeline pipeline, long number, String tenant, long question, String options) {
        return record(
                pipeline.requests(),
                BenchPipeline.MODEL,
                number,
                SENTENCES + "Ticket " + question,
                tenant,
                options);
    }

    /**
     * Creates a request that names the pipeline's model and asks a question of its own.
     *
     * @param text question, without characters that JSON escapes
     * @param options as above
     */
    public static ProducerRecord<byte[], byte[]> asking(
            BenchPipeline pipeline, long number, String text, String options) {
        return record(pipeline.requests(), BenchPipeline.MODEL, number, text, TENANT, options);
    }

    private static ProducerRecord<byte[], byte[]> record(
            String topic,
            String model,
            long number,
            String question,
            String tenant,
            String options) {
        String line =
                BEGIN
                        + number
                        + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\""
                        + model
                        + "\","
                        + "\"messages\":[{\"role\":\"system\",\"content\":\"You answer customers.\"},"
                        + "{\"role\":\"user\",\"content\":\""
                        + question
                        + "\"}],\"max_tokens\":100},\"millrace\":{\"tenant\":\""
                        + tenant
                        + "\",\"batch\":\"bench\""
                        + options
                        + "}}";
        byte[] key = JobId.of(tenant, "bench", Long.toString(number)).value().getBytes(UTF_8);
        return new ProducerRecord<>(topic, key, line.getBytes(UTF_8));
    }

    /** Returns a factory of requests whose model the router chooses. */
    public static JobFactory auto(BenchPipeline pipeline) {
        return (long number, Instant _) -> of(pipeline.requests(), Model.AUTO, number);
    }

    /** Returns a factory of requests of about 150 bytes that name the pipeline's model. */
    public static JobFactory small(BenchPipeline pipeline) {
        return (long number, Instant _) ->
                record(
                        pipeline.requests(),
                        BenchPipeline.MODEL,
                        number,
                        "Where is my parcel?",
                        TENANT,
                        "");
    }

    /** Returns a factory of requests that name the pipeline's model. */
    public static JobFactory named(BenchPipeline pipeline) {
        return (long number, Instant _) -> of(pipeline.requests(), BenchPipeline.MODEL, number);
    }

    /**
     * Returns the number of a request, or of its result, from the bytes of the line.
     *
     * @return -1 for a line without a number
     */
    public static long number(byte[] line) {
        int begin = afterCustomId(line);
        long number = 0;
        int at = begin;
        for (; at < line.length && line[at] != '"'; at++) {
            int digit = line[at] - ZERO;
            if (digit < 0 || digit >= TEN) {
                return -1;
            }
            number = TEN * number + digit;
        }
        return at == begin || at >= line.length ? -1 : number;
    }

    /** Returns where the custom_id begins, or the length of the line. */
    private static int afterCustomId(byte[] line) {
        for (int at = 0; at < Math.min(line.length, SEARCHED_BYTES) - CUSTOM_ID.length; at++) {
            int end = at + CUSTOM_ID.length;
            if (Arrays.equals(line, at, end, CUSTOM_ID, 0, CUSTOM_ID.length)) {
                return end;
            }
        }
        return line.length;
    }
}
