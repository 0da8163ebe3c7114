package dev.millrace.client;

import dev.millrace.consumer.ConsumerSettings;
import dev.millrace.consumer.FirstStart;
import dev.millrace.consumer.OutputTopic;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.producer.ProducerSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a client reaches a pipeline.
 *
 * @param kafka properties of Kafka's clients, including {@code bootstrap.servers}
 * @param prefix prefix of the names of the pipeline's topics
 * @param requestTopic name of the request topic; empty for the default one
 * @param boundTenant tenant that the request topic is bound to; empty if requests name their own
 * @param maxRequestBytes maximum size of a request, in bytes: the pipeline's {@code
 *     topics.max_request_bytes}
 * @param timeout how long a call waits for its result, above 0
 */
public record ClientOptions(
        Map<String, String> kafka,
        String prefix,
        Optional<String> requestTopic,
        Optional<String> boundTenant,
        int maxRequestBytes,
        Duration timeout) {
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    /**
     * @throws IllegalArgumentException if the properties lack {@code bootstrap.servers} or set a
     *     property on which the guarantees depend, such as {@code isolation.level}
     */
    public ClientOptions {
        kafka = Map.copyOf(kafka);
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException("the timeout must be above 0, was " + timeout);
        }
        var unused = consumer(kafka, prefix, OutputTopic.RESULTS);
    }

    /**
     * Creates the options of a pipeline with default names and sizes.
     *
     * @param bootstrapServers brokers, as {@code host:port,host:port}
     */
    public static ClientOptions of(String bootstrapServers) {
        return new ClientOptions(
                Map.of("bootstrap.servers", bootstrapServers),
                ProducerSettings.PREFIX,
                Optional.empty(),
                Optional.empty(),
                ProducerSettings.MAX_REQUEST_BYTES,
                TEN_MINUTES);
    }

    /** Returns these options with a property of Kafka's clients. */
    public ClientOptions withKafka(String property, String value) {
        var properties = new HashMap<>(kafka);
        properties.put(property, value);
        return withKafka(properties);
    }

    /** Returns these options with other properties of Kafka's clients. */
    public ClientOptions withKafka(Map<String, String> properties) {
        return new ClientOptions(
                properties, prefix, requestTopic, boundTenant, maxRequestBytes, timeout);
    }

    /** Returns these options with another prefix of the names of topics. */
    public ClientOptions withPrefix(String newPrefix) {
        return new ClientOptions(
                kafka, newPrefix, requestTopic, boundTenant, maxRequestBytes, timeout);
    }

    /** Returns these options with another request topic, which is bound to no tenant. */
    public ClientOptions withRequestTopic(String topic) {
        return new ClientOptions(
                kafka, prefix, Optional.of(topic), Optional.empty(), maxRequestBytes, timeout);
    }

    /** Returns these options with a request topic that is bound to a tenant. */
    public ClientOptions withRequestTopic(String topic, String tenant) {
        return new ClientOptions(
                kafka, prefix, Optional.of(topic), Optional.of(tenant), maxRequestBytes, timeout);
    }

    /** Returns these options with another maximum size of a request. */
    public ClientOptions withMaxRequestBytes(int bytes) {
        return new ClientOptions(kafka, prefix, requestTopic, boundTenant, bytes, timeout);
    }

    /** Returns these options with another timeout of calls. */
    public ClientOptions withTimeout(Duration newTimeout) {
        return new ClientOptions(
                kafka, prefix, requestTopic, boundTenant, maxRequestBytes, newTimeout);
    }

    ProducerSettings producer() {
        return new ProducerSettings(
                kafka,
                requestTopic.orElseGet(() -> new Topics(prefix).requests()),
                prefix,
                maxRequestBytes,
                boundTenant.orElse(null),
                HeapShare.AMPLE,
                null,
                SubmissionHeaders.Defaults.NONE);
    }

    ConsumerSettings consumer(OutputTopic... topics) {
        return consumer(kafka, prefix, topics);
    }

    /** Returns the settings of the reader of replies, which starts after the last record. */
    ConsumerSettings replies() {
        return consumer(OutputTopic.RESULTS, OutputTopic.DEAD_LETTERS)
                .withFirstStart(FirstStart.LATEST);
    }

    private static ConsumerSettings consumer(
            Map<String, String> kafka, String prefix, OutputTopic... topics) {
        return new ConsumerSettings(
                kafka, prefix, Set.of(topics), FirstStart.EARLIEST, HeapShare.AMPLE);
    }

    /** Omits the client properties, which may contain secrets. */
    @Override
    public String toString() {
        return "ClientOptions[prefix=" + prefix + ", timeout=" + timeout + "]";
    }
}
