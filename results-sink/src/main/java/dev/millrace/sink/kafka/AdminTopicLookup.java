package dev.millrace.sink.kafka;

import dev.millrace.contracts.kafka.AccessFailure;
import dev.millrace.contracts.kafka.KafkaClient;
import dev.millrace.store.row.PartitionId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks up topics with an admin client, because a consumer does not provide topic ids. */
public final class AdminTopicLookup implements TopicLookup {
    private static final Logger LOG = LoggerFactory.getLogger(AdminTopicLookup.class);

    /** Short, because closing the sink waits for it; failed lookups are repeated. */
    private static final Duration TIMEOUT = Duration.ofMillis(400);

    private final Admin admin;
    private final Set<String> reportedMissing = new HashSet<>();

    public AdminTopicLookup(Map<String, ?> clientProperties) {
        var properties = new Properties();
        properties.putAll(KafkaClient.ADMIN.properties(clientProperties));
        properties.putIfAbsent(AdminClientConfig.CLIENT_ID_CONFIG, "millrace-sink");
        this.admin = Admin.create(properties);
    }

    @Override
    public Result lookup(Set<String> topics, Set<String> optional) {
        KafkaFuture<String> cluster = admin.describeCluster().clusterId();
        KafkaFuture<Map<String, TopicDescription>> described =
                admin.describeTopics(topics).allTopicNames();
        Map<String, KafkaFuture<TopicDescription>> describedOptional =
                admin.describeTopics(optional).topicNameValues();
        try {
            String clusterId = get(cluster);
            var found = new HashMap<>(get(described));
            for (var topic : describedOptional.entrySet()) {
                addIfPresent(topic.getKey(), topic.getValue(), found);
            }
            return found(clusterId, found);
        } catch (ExecutionException e) {
            return new Unavailable(
                    e.getCause() instanceof UnknownTopicOrPartitionException
                            ? "the topics " + topics + " do not exist yet"
                            : AccessFailure.explain(e)
                                    .orElse("the cluster does not respond: " + e.getCause()));
        } catch (TimeoutException e) {
            return new Unavailable("the cluster does not respond");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Unavailable("interrupted");
        }
    }

    private void addIfPresent(
            String name, KafkaFuture<TopicDescription> topic, Map<String, TopicDescription> found)
            throws ExecutionException, TimeoutException, InterruptedException {
        try {
            found.put(name, get(topic));
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
                    && !(e.getCause() instanceof TopicAuthorizationException)) {
                throw e;
            }
            if (reportedMissing.add(name)) {
                LOG.atWarn()
                        .addKeyValue("topic", name)
                        .log(
                                "the topic does not exist or may not be read, so batches have no"
                                        + " number of lines; \"millrace topics apply\" creates it");
            }
        }
    }

    private static <T> T get(KafkaFuture<T> future)
            throws ExecutionException, TimeoutException, InterruptedException {
        return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Found found(String clusterId, Map<String, TopicDescription> topics) {
        var partitions = new HashMap<TopicPartition, PartitionId>();
        for (TopicDescription topic : topics.values()) {
            for (TopicPartitionInfo info : topic.partitions()) {
                partitions.put(
                        new TopicPartition(topic.name(), info.partition()),
                        new PartitionId(
                                clusterId,
                                topic.name(),
                                topic.topicId().toString(),
                                info.partition()));
            }
        }
        return new Found(partitions);
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
