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

/** What a node tells the controller in the same process, without a network in between. */
final class OwnController {
    private static final Set<String> INTERNAL_TOPICS =
            Set.of(Topic.GROUP_METADATA_TOPIC_NAME, Topic.TRANSACTION_STATE_TOPIC_NAME);

    private static final Duration ACTIVATION_CHECK = Duration.ofMillis(1);

    /** About a minute. */
    private static final int MAX_ACTIVATION_CHECKS = 60_000;

    private final Controller controller;

    OwnController(Controller controller) {
        this.controller = controller;
    }

    /**
     * Takes back the registration of the process before this one.
     *
     * <p>The controller would otherwise refuse the new broker until the session of the old one has
     * run out (9 s), although the lock on the folder proves that it is gone.
     */
    void forgetPreviousLife() throws ExecutionException, InterruptedException {
        awaitActive();
        try {
            controller.unregisterBroker(context(), BrokerProperties.NODE_ID).get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof BrokerIdNotRegisteredException)) {
                throw e;
            }
        }
    }

    /** A controller has read its log and elected itself some milliseconds after it was started. */
    private void awaitActive() {
        for (int checks = 1; !controller.isActive(); checks++) {
            if (checks > MAX_ACTIVATION_CHECKS) {
                throw new IllegalStateException("the controller was not ready within a minute");
            }
            LockSupport.parkNanos(ACTIVATION_CHECK.toNanos());
        }
    }

    /**
     * Creates the topics that brokers otherwise create when a client first asks for them.
     *
     * <p>That takes several refused requests and most of a second. A topic that exists already is
     * left as it is.
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
