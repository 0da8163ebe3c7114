package dev.millrace.bench.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.JobEnd;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A request as the producer library writes it: a line of about 1 KiB with a question of 170 words,
 * keyed by the job id. The custom_id at the beginning of the line is its number.
 */
public final class NumberedRequest {
    static final String TENANT = "acme";
    static final String BATCH = "bench";

    private static final String BEGIN = "{\"custom_id\":\"";

    private static final int ZERO = '0';
    private static final int TEN = 10;
    private static final int REPEATS = 10;
    private static final String SENTENCES =
            "My parcel was to come on Monday and has not come. ".repeat(REPEATS)
                    + "Please tell me what to do. ".repeat(REPEATS);

    private NumberedRequest() {}

    /** Returns a factory of requests that name a model, which may be the router's choice. */
    public static JobFactory naming(String model, BenchPipeline pipeline) {
        String topic = pipeline.topics().requests();
        return (number, _) -> of(topic, model, number);
    }

    /**
     * Creates the request with the given number.
     *
     * @param model the model that the request names
     */
    static ProducerRecord<byte[], byte[]> of(String topic, String model, long number) {
        String line =
                BEGIN
                        + number
                        + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\""
                        + model
                        + "\","
                        + "\"messages\":[{\"role\":\"system\",\"content\":\"You answer customers.\"},"
                        + "{\"role\":\"user\",\"content\":\""
                        + SENTENCES
                        + "\"}],\"max_tokens\":100},\"millrace\":{\"tenant\":\""
                        + TENANT
                        + "\",\"batch\":\""
                        + BATCH
                        + "\"}}";
        byte[] key = JobId.of(TENANT, BATCH, Long.toString(number)).value().getBytes(UTF_8);
        return new ProducerRecord<>(topic, key, line.getBytes(UTF_8));
    }

    /** Returns the final cost event of a request's job, as a worker writes it. */
    public static ProducerRecord<byte[], byte[]> end(BenchPipeline pipeline, byte[] jobId) {
        var event =
                CostEvent.withoutCall(new JobId(new String(jobId, UTF_8)), TENANT, BATCH)
                        .with(JobEnd.unrouted(null));
        return new ProducerRecord<>(pipeline.topics().costs(), jobId, CostEventCodec.toJson(event));
    }

    /**
     * Returns the number of a request from its line.
     *
     * @return -1 for another line
     */
    public static long number(byte[] line) {
        int begin = BEGIN.length();
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
}
