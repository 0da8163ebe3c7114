package dev.millrace.producer;

import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.topic.Topics;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a producer.
 *
 * @param kafka client properties, including {@code bootstrap.servers}; properties that the delivery
 *     guarantees depend on are overridden
 * @param topic the request topic
 * @param prefix prefix of the names of Millrace's topics, {@value #PREFIX} by default
 * @param maxRequestBytes maximum size of a line, in bytes: the pipeline's {@code
 *     topics.max_request_bytes}
 * @param boundTenant tenant that the request topic is bound to; null if lines name their own tenant
 * @param heap determines the size of the producer's buffer
 * @param batchLimitUsd limit for the cost of each batch that lines are sent to, in US dollars,
 *     above 0; null if the submission names no limit
 * @param defaults options of jobs whose line does not set them
 */
public record ProducerSettings(
        Map<String, String> kafka,
        String topic,
        String prefix,
        int maxRequestBytes,
        @Nullable String boundTenant,
        HeapShare heap,
        @Nullable BigDecimal batchLimitUsd,
        SubmissionHeaders.Defaults defaults) {
    /** The prefix of a pipeline that sets no other. */
    public static final String PREFIX = "millrace.";

    /** The maximum size of a line in a pipeline that sets no other: 16 MiB. */
    public static final int MAX_REQUEST_BYTES = 16 << 20;

    public ProducerSettings {
        kafka = Map.copyOf(kafka);
        if (batchLimitUsd != null && batchLimitUsd.signum() <= 0) {
            throw new IllegalArgumentException(
                    "the limit of a batch must be above 0, was " + batchLimitUsd);
        }
    }

    /**
     * Creates settings of the default request topic of a pipeline with default names and sizes.
     *
     * @param kafka client properties, including {@code bootstrap.servers}
     */
    public ProducerSettings(Map<String, String> kafka) {
        this(kafka, new Topics(PREFIX).requests(), PREFIX, MAX_REQUEST_BYTES, null);
    }

    /**
     * Creates settings without a limit and defaults, with a buffer of 32 MiB, or the size of the
     * largest request if that is more.
     */
    public ProducerSettings(
            Map<String, String> kafka,
            String topic,
            String prefix,
            int maxRequestBytes,
            @Nullable String boundTenant) {
        this(
                kafka,
                topic,
                prefix,
                maxRequestBytes,
                boundTenant,
                HeapShare.AMPLE,
                null,
                SubmissionHeaders.Defaults.NONE);
    }

    /** Returns a copy with other client properties. */
    public ProducerSettings withKafka(Map<String, String> properties) {
        return new ProducerSettings(
                properties,
                topic,
                prefix,
                maxRequestBytes,
                boundTenant,
                heap,
                batchLimitUsd,
                defaults);
    }

    /** Omits the client properties, which may contain secrets. */
    @Override
    public String toString() {
        return "ProducerSettings[topic=" + topic + "]";
    }
}
