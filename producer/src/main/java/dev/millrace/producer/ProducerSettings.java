package dev.millrace.producer;

import dev.millrace.configuration.TopicsConfig;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.memory.HeapShare;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a producer.
 *
 * @param kafka client properties, including {@code bootstrap.servers}; properties that the delivery
 *     guarantees depend on are overridden
 * @param topic the request topic
 * @param topics topic settings, which determine the maximum record size
 * @param boundTenant tenant that the request topic is bound to; null if lines name their own tenant
 * @param heap determines the size of the producer's buffer
 * @param batchLimitUsd limit for the cost of each batch that lines are sent to, in US dollars,
 *     above 0; null if the submission names no limit
 * @param defaults options of jobs whose line does not set them
 */
public record ProducerSettings(
        Map<String, String> kafka,
        String topic,
        TopicsConfig topics,
        @Nullable String boundTenant,
        HeapShare heap,
        @Nullable BigDecimal batchLimitUsd,
        SubmissionHeaders.Defaults defaults) {
    public ProducerSettings {
        kafka = Map.copyOf(kafka);
        if (batchLimitUsd != null && batchLimitUsd.signum() <= 0) {
            throw new IllegalArgumentException(
                    "the limit of a batch must be above 0, was " + batchLimitUsd);
        }
    }

    /**
     * Creates settings without a limit and defaults, with a buffer of 32 MiB, or the size of the
     * largest request if that is more.
     */
    public ProducerSettings(
            Map<String, String> kafka,
            String topic,
            TopicsConfig topics,
            @Nullable String boundTenant) {
        this(
                kafka,
                topic,
                topics,
                boundTenant,
                HeapShare.AMPLE,
                null,
                SubmissionHeaders.Defaults.NONE);
    }

    /** Returns a copy with other client properties. */
    public ProducerSettings withKafka(Map<String, String> properties) {
        return new ProducerSettings(
                properties, topic, topics, boundTenant, heap, batchLimitUsd, defaults);
    }

    /** Omits the client properties, which may contain secrets. */
    @Override
    public String toString() {
        return "ProducerSettings[topic=" + topic + "]";
    }
}
