package dev.millrace.retrieval.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.retrieval.catalog.EmbeddingRequest;
import dev.millrace.retrieval.catalog.QuestionJobs;
import dev.millrace.retrieval.job.SearchText;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that embed questions, on a cluster. Connects for the first question. All results arrive in
 * one partition, which is read from its end. Belongs to one thread.
 */
public final class KafkaQuestionJobs implements QuestionJobs {
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

    private final RetrievalClients clients;
    private final Function<String, Optional<String>> requestTopics;
    private final InstantSource clock;
    private final RandomGenerator random;
    private @Nullable Open open;

    private record Open(
            Producer<byte[], byte[]> producer, ResultPartitions results, int home, long start) {}

    /**
     * @param requestTopics returns the request topic of a tenant, if there is one
     * @param random chooses the partition of the results
     */
    public KafkaQuestionJobs(
            RetrievalClients clients,
            Function<String, Optional<String>> requestTopics,
            InstantSource clock,
            RandomGenerator random) {
        this.clients = clients;
        this.requestTopics = requestTopics;
        this.clock = clock;
        this.random = random;
    }

    private Open open() {
        if (open == null) {
            var results = clients.resultPartitions();
            try {
                int home = random.nextInt(results.count());
                long end = results.end(home);
                open = new Open(clients.publisher(), results, home, end);
            } catch (RuntimeException e) {
                results.close();
                throw e;
            }
        }
        return open;
    }

    @Override
    public int resultPartitions() {
        return open().results().count();
    }

    @Override
    public int resultPartition() {
        return open().home();
    }

    @Override
    public void publish(SearchText question, EmbeddingRequest request) {
        String topic =
                requestTopics
                        .apply(question.tenant())
                        .orElseThrow(
                                () ->
                                        new KafkaException(
                                                "no request topic accepts tenant \""
                                                        + question.tenant()
                                                        + '"'));
        var sent =
                new ProducerRecord<>(topic, request.job().value().getBytes(UTF_8), request.line());
        new SubmissionHeaders(
                        question.tenant(), EmbeddingRequest.BATCH, null, clock.instant(), null)
                .withApiKey(question.apiKey())
                .writeTo(sent.headers());
        // A job that is not written gets no result before its timeout.
        var _ = open().producer().send(sent);
    }

    @Override
    public Map<String, byte[]> results() {
        Open it = open();
        var results = new HashMap<String, byte[]>();
        it.results()
                .read(Map.of(it.home(), it.start()))
                .forEach(result -> results.put(new String(result.key(), UTF_8), result.value()));
        return results;
    }

    @Override
    public void close() {
        if (open != null) {
            open.producer().close(CLOSE_WAIT);
            open.results().close();
        }
    }
}
