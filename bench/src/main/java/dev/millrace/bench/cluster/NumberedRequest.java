package dev.millrace.bench.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.JobId;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A request as the producer writes it: a line of about 1 KiB with a question of 170 words, keyed by
 * the job id. Its custom_id, which comes first, is its number.
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
     * The request of that number.
     *
     * @param model that it names
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

    /** Requests for a pipeline that leave the choice of their model to the router. */
    public static JobMaker auto(Pipeline pipeline) {
        return (long number, Instant _) -> of(pipeline.requests(), Model.AUTO, number);
    }

    /** Requests of about 150 bytes for a pipeline that name its model. */
    public static JobMaker shortOnes(Pipeline pipeline) {
        return (long number, Instant _) ->
                record(pipeline.requests(), Pipeline.MODEL, number, "Where is my parcel?");
    }

    /** Requests for a pipeline that name its model. */
    public static JobMaker named(Pipeline pipeline) {
        return (long number, Instant _) -> of(pipeline.requests(), Pipeline.MODEL, number);
    }

    /**
     * The number of a request, from its bytes.
     *
     * @return -1 when it is none of ours
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
