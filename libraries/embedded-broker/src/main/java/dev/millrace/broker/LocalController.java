package dev.millrace.broker;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.controller.Controller;
import org.apache.kafka.controller.ControllerRequestContext;

/** Sends requests to the node's own controller directly, without the network. */
final class LocalController {
    private static final Set<String> INTERNAL_TOPICS =
            Set.of(Topic.GROUP_METADATA_TOPIC_NAME, Topic.TRANSACTION_STATE_TOPIC_NAME);

    private static final Duration ACTIVATION_CHECK = Duration.ofMillis(1);

    /** Limits the wait to about a minute. */
    private static final int MAX_ACTIVATION_CHECKS = 60_000;

    private final Controller controller;

    LocalController(Controller controller) {
        this.controller = controller;
    }

    /**
     * Removes the registration of the broker in the previous process.
     *
     * <p>Otherwise, the controller would reject the new broker until the old broker's session
     * expires (9 s). The lock on the folder proves that the old process has ended.
     */
    void unregisterPreviousBroker() throws ExecutionException, InterruptedException {
        awaitActive();
        try {
            controller.unregisterBroker(context(), BrokerProperties.NODE_ID).get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof BrokerIdNotRegisteredException)) {
                throw e;
            }
        }
    }

    /**
     * Waits until the controller is active. After its start, it takes some milliseconds to read its
     * log and elect itself.
     */
    private void awaitActive() {
        for (int checks = 1; !controller.isActive(); checks++) {
            if (checks > MAX_ACTIVATION_CHECKS) {
                throw new IllegalStateException("the controller was not ready within a minute");
            }
            LockSupport.parkNanos(ACTIVATION_CHECK.toNanos());
        }
    }

    /**
     * Creates the internal topics, which a broker otherwise creates on the first request of a
     * client.
     *
     * <p>That would take several rejected requests and most of a second. Existing topics remain
     * unchanged.
     */
    void createInternalTopics() throws ExecutionException, InterruptedException {
        var request = new CreateTopicsRequestData();
        request.topics().add(internalTopic(Topic.GROUP_METADATA_TOPIC_NAME, "producer"));
        request.topics().add(internalTopic(Topic.TRANSACTION_STATE_TOPIC_NAME, "uncompressed"));
        controller.createTopics(context(), request, INTERNAL_TOPICS, false).get();
    }

    private static CreatableTopic internalTopic(String name, String compression) {
        var topic =
                new CreatableTopic()
                        .setName(name)
                        .setNumPartitions(BrokerProperties.INTERNAL_TOPIC_PARTITIONS)
                        .setReplicationFactor((short) 1);
        var configs =
                Map.of(
                        "cleanup.policy",
                        "compact",
                        "compression.type",
                        compression,
                        "segment.bytes",
                        String.valueOf(BrokerProperties.INTERNAL_TOPIC_SEGMENT_BYTES));
        configs.forEach(
                (key, value) ->
                        topic.configs()
                                .add(new CreatableTopicConfig().setName(key).setValue(value)));
        return topic;
    }

    private static ControllerRequestContext context() {
        return new ControllerRequestContext(
                new RequestHeaderData(), KafkaPrincipal.ANONYMOUS, OptionalLong.empty());
    }
}
