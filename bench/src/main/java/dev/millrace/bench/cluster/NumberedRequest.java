package dev.millrace.bench.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.JobId;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A request as the producer library writes it: a line of about 1 KiB with a question of 170 words,
 * keyed by the job id. The custom_id at the beginning of the line is its number.
 */
public final class NumberedRequest {
    private static final String BEGIN = "{\"custom_id\":\"";
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
        return record(topic, model, number, SENTENCES);
    }

    private static ProducerRecord<byte[], byte[]> record(
            String topic, String model, long number, String question) {
        String line =
                BEGIN
                        + number
                        + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\""
                        + model
                        + "\","
                        + "\"messages\":[{\"role\":\"system\",\"content\":\"You answer customers.\"},"
                        + "{\"role\":\"user\",\"content\":\""
                        + question
                        + "\"}],\"max_tokens\":100},\"millrace\":{\"tenant\":\"acme\",\"batch\":\"bench\"}}";
        byte[] key = JobId.of("acme", "bench", Long.toString(number)).value().getBytes(UTF_8);
        return new ProducerRecord<>(topic, key, line.getBytes(UTF_8));
    }

    /** Returns a factory of requests whose model the router chooses. */
    public static JobFactory auto(BenchPipeline pipeline) {
        return (long number, Instant _) -> of(pipeline.requests(), Model.AUTO, number);
    }

    /** Returns a factory of requests of about 150 bytes that name the pipeline's model. */
    public static JobFactory small(BenchPipeline pipeline) {
        return (long number, Instant _) ->
                record(pipeline.requests(), BenchPipeline.MODEL, number, "Where is my parcel?");
    }

    /** Returns a factory of requests that name the pipeline's model. */
    public static JobFactory named(BenchPipeline pipeline) {
        return (long number, Instant _) -> of(pipeline.requests(), BenchPipeline.MODEL, number);
    }

    /**
     * Returns the number of a request from its bytes.
     *
     * @return -1 for a line without a number
     */
    public static long number(byte[] line) {
        long number = 0;
        int at = BEGIN.length();
        for (; at < line.length && line[at] != '"'; at++) {
            int digit = line[at] - ZERO;
            if (digit < 0 || digit >= TEN) {
                return -1;
            }
            number = TEN * number + digit;
        }
        return at == BEGIN.length() || at >= line.length ? -1 : number;
    }
}
