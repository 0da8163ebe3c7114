package dev.millrace.retrieval.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.json.JsonBytes;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A job that embeds texts.
 *
 * @param line the line of its request
 * @param texts number of texts
 */
public record EmbeddingRequest(String tenant, JobId job, byte[] line, int texts) {
    /** The batch of all embedding jobs of the retrieval service. */
    public static final String BATCH = "retrieval";

    /** The purpose of embeddings, which determines how they are computed. */
    public enum Purpose {
        /** Many texts without an urgent caller. Their vectors are stored permanently. */
        DOCUMENTS("normal", "none"),
        /** A question that a job waits for. Repeated questions are common. */
        QUESTION("critical", "exact");

        private final String priority;
        private final String cache;

        Purpose(String priority, String cache) {
            this.priority = priority;
            this.cache = cache;
        }
    }

    /**
     * Creates a job whose result arrives in a given partition: the id of a job determines it.
     *
     * @param name begins the custom_id; unique among the jobs of the batch
     * @param resultPartition partition of the topic of results
     * @param partitions number of partitions of the topic of results
     * @param deadline no call starts after it
     */
    static EmbeddingRequest of(
            Purpose purpose,
            String tenant,
            String model,
            String name,
            List<String> texts,
            int resultPartition,
            int partitions,
            Instant deadline) {
        int nonce = 0;
        String customId;
        JobId job;
        do {
            customId = name + '-' + nonce;
            job = JobId.of(tenant, BATCH, customId);
            nonce++;
        } while (job.partition(partitions) != resultPartition);
        String line =
                """
                {"custom_id":%s,"method":"POST","url":"%s","body":{"model":%s,"input":[%s]},\
                "millrace":{"tenant":%s,"batch":"%s","priority":"%s","deadline":"%s","cache":"%s","fallback":[]}}"""
                        .formatted(
                                JsonBytes.quoted(customId),
                                Endpoint.EMBEDDINGS.url(),
                                JsonBytes.quoted(model),
                                texts.stream()
                                        .map(JsonBytes::quoted)
                                        .collect(Collectors.joining(",")),
                                JsonBytes.quoted(tenant),
                                BATCH,
                                purpose.priority,
                                deadline,
                                purpose.cache);
        return new EmbeddingRequest(tenant, job, line.getBytes(UTF_8), texts.size());
    }
}
