package dev.millrace.testkit;

import dev.millrace.configuration.TopicsConfig;
import dev.millrace.consumer.ConsumerSettings;
import dev.millrace.consumer.OutputTopic;
import dev.millrace.producer.MillraceProducer;
import java.time.Duration;
import java.util.Map;

/**
 * Publishes batches to a running pipeline, wherever it runs, and waits for their outcomes. Give
 * each test its own batch.
 */
public final class TestBatches {
    /** Longest wait of {@link #awaitOutcomes(String, int)}. */
    public static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final String bootstrapServers;
    private final TopicsConfig topics;

    /**
     * @param bootstrapServers addresses of Kafka, as {@code host:port}
     * @param topics the topics of the pipeline
     */
    public TestBatches(String bootstrapServers, TopicsConfig topics) {
        this.bootstrapServers = bootstrapServers;
        this.topics = topics;
    }

    /** Opens a producer for the request topic, which the caller closes. */
    public MillraceProducer openProducer() {
        return LinePublisher.producer(bootstrapServers, topics);
    }

    /** Returns settings of a consumer of the given topics, which starts at their first records. */
    public ConsumerSettings consumerSettings(OutputTopic... outputs) {
        return new ConsumerSettings(Map.of("bootstrap.servers", bootstrapServers), outputs)
                .withPrefix(topics.prefix());
    }

    /**
     * Publishes the lines of a batch file, and returns when Kafka has them.
     *
     * @param batch name of the batch, 1 to 256 characters
     * @return the number of lines
     */
    public int submit(String batch, String batchFile) {
        return LinePublisher.publish(bootstrapServers, topics, batch, batchFile);
    }

    /**
     * Waits until a number of lines of a batch have ended, each with a result or a dead letter.
     *
     * @throws AssertionError if the lines have not ended within a minute; the message has the
     *     number of ended lines
     */
    public BatchOutcomes awaitOutcomes(String batch, int lines) throws InterruptedException {
        return awaitOutcomes(batch, lines, TIMEOUT);
    }

    /**
     * Waits until a number of lines of a batch have ended, each with a result or a dead letter.
     *
     * @throws AssertionError if the lines have not ended within the timeout; the message has the
     *     number of ended lines
     */
    public BatchOutcomes awaitOutcomes(String batch, int lines, Duration timeout)
            throws InterruptedException {
        return JobOutcomeReader.await(
                consumerSettings(OutputTopic.RESULTS, OutputTopic.DEAD_LETTERS),
                batch,
                lines,
                timeout);
    }
}
