package dev.millrace.standalone.cluster;

import static java.util.Objects.requireNonNull;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.TopicPlan;
import dev.millrace.contracts.topic.TopicSpec;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.topic.InternalTopics;
import dev.millrace.standalone.cluster.NeedResult.State;
import dev.millrace.standalone.console.KafkaFailure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/** Checks whether a cluster offers what a pipeline needs. Used by one thread. */
final class ClusterCheck {
    /** Topics of Kafka itself, which exist once something was committed. */
    private static final List<String> INTERNAL =
            List.of("__consumer_offsets", "__transaction_state");

    private static final int SAFE_REPLICAS = 3;

    private final Admin admin;
    private final MillraceConfig config;
    private final List<NeedResult> results = new ArrayList<>();
    private @Nullable String leftOver;

    /**
     * @param config has a {@code kafka} block
     */
    ClusterCheck(Admin admin, MillraceConfig config) {
        this.admin = admin;
        this.config = config;
    }

    /** Returns the prefix of the topic, group and transactional id of each trial. */
    static String prefix(Topics topics) {
        return topics.prefix() + "check-";
    }

    /**
     * Returns a result for each need, in the order of the needs.
     *
     * @throws TopicAdminException if no broker answers
     */
    List<NeedResult> run() {
        String _ = KafkaFutures.get("Asking for its id", admin.describeCluster().clusterId());
        List<TopicSpec> plan = TopicPlan.of(config);
        TopicSpec largest =
                plan.stream().max(Comparator.comparingInt(ClusterCheck::recordBytes)).orElseThrow();
        String name = prefix(new Topics(config.topics().prefix())) + UUID.randomUUID();
        attempt(ClusterNeed.RIGHTS, this::rights);
        var trial = new ClusterTrial(admin, config.kafka().orElseThrow(), largest, name);
        try {
            NeedResult topics =
                    attempt(
                            ClusterNeed.TOPICS,
                            () -> {
                                new TopicAdmin(admin)
                                        .validate(
                                                Stream.concat(plan.stream(), Stream.of(changelog()))
                                                        .toList());
                                return trial.topic(sum(plan));
                            });
            if (topics.state().isUsable() || isCreatedPlain(trial)) {
                attempt(ClusterNeed.TOPIC_IDS, trial::topicId);
                attempt(ClusterNeed.TRANSACTIONS, trial::transaction);
                attempt(ClusterNeed.FENCING, trial::fencing);
                attempt(ClusterNeed.LARGE_RECORDS, trial::largeRecord);
                attempt(ClusterNeed.OFFSET_METADATA, trial::offsetMetadata);
                attempt(ClusterNeed.GROUP_PROTOCOL, trial::groupProtocol);
                attempt(ClusterNeed.DELETED_RECORDS, trial::deletedRecords);
            }
            attempt(ClusterNeed.REPLICAS, this::replicas);
            results.addAll(new BrokerSettings(brokerSettings()).results());
        } finally {
            delete(trial);
        }
        results.sort(Comparator.comparing(NeedResult::need));
        return results;
    }

    /** Returns a topic like the router's own ones, which the router creates. */
    private TopicSpec changelog() {
        return new TopicSpec(
                new Topics(config.topics().prefix()).routerGroup() + "-check-changelog",
                1,
                (short) config.topics().replicationFactor(),
                InternalTopics.SETTINGS,
                TopicSpec.Growth.ADDED);
    }

    private void delete(ClusterTrial trial) {
        try {
            trial.delete();
        } catch (TopicAdminException e) {
            leftOver = e.getMessage();
        }
    }

    /** Returns why the topic or group of the trial was not deleted; empty if both were. */
    Optional<String> leftOver() {
        return Optional.ofNullable(leftOver);
    }

    private static int recordBytes(TopicSpec topic) {
        return Integer.parseInt(topic.configs().getOrDefault("max.message.bytes", "0"));
    }

    private static String sum(List<TopicSpec> plan) {
        return "%d topics with %d partitions"
                .formatted(plan.size(), plan.stream().mapToInt(TopicSpec::partitions).sum());
    }

    private NeedResult attempt(ClusterNeed need, Supplier<NeedResult> trial) {
        NeedResult result;
        try {
            result = trial.get();
        } catch (TopicAdminException e) {
            result = failed(need, e.getCause(), String.valueOf(e.getMessage()));
        } catch (KafkaException e) {
            result = failed(need, e, KafkaFailure.describe(e));
        }
        results.add(result);
        return result;
    }

    /** Creates the trial's topic without the settings that the cluster has refused. */
    private static boolean isCreatedPlain(ClusterTrial trial) {
        try {
            trial.createPlain();
            return true;
        } catch (TopicAdminException e) {
            return false;
        }
    }

    private static NeedResult failed(ClusterNeed need, @Nullable Throwable cause, String reason) {
        boolean isUnknown =
                cause instanceof RetriableException || cause instanceof AuthorizationException;
        return new NeedResult(
                need,
                isUnknown ? State.UNKNOWN : State.MISSING,
                KafkaFailure.withoutFullStop(reason));
    }

    private NeedResult replicas() {
        int planned = config.topics().replicationFactor();
        var replicas = new HashMap<String, Integer>();
        replicas.put("topics.replication_factor", planned);
        admin.describeTopics(INTERNAL)
                .topicNameValues()
                .forEach(
                        (name, future) ->
                                KafkaFutures.getIfExists("Describing " + name, future)
                                        .ifPresent(
                                                it ->
                                                        replicas.put(
                                                                name,
                                                                it.partitions()
                                                                        .getFirst()
                                                                        .replicas()
                                                                        .size())));
        boolean isSafe = replicas.values().stream().allMatch(it -> it >= SAFE_REPLICAS);
        return new NeedResult(
                ClusterNeed.REPLICAS,
                isSafe ? State.OK : State.LIMITED,
                replicas.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(it -> it.getKey() + " " + it.getValue())
                        .collect(Collectors.joining(", ")));
    }

    /** Returns the settings of any broker, as far as the cluster reports them. */
    private Map<String, String> brokerSettings() {
        try {
            String broker =
                    KafkaFutures.get("Looking for the brokers", admin.describeCluster().nodes())
                            .iterator()
                            .next()
                            .idString();
            var resource = new ConfigResource(ConfigResource.Type.BROKER, broker);
            return TopicAdmin.values(
                    KafkaFutures.get(
                            "Reading the settings of a broker",
                            requireNonNull(
                                    admin.describeConfigs(List.of(resource))
                                            .values()
                                            .get(resource))));
        } catch (TopicAdminException e) {
            return Map.of();
        }
    }

    private NeedResult rights() {
        Set<String> names =
                Stream.concat(
                                TopicPlan.of(config).stream().map(TopicSpec::name),
                                KafkaFutures.get("Listing topics", admin.listTopics().names())
                                        .stream())
                        .collect(Collectors.toSet());
        var check = new RightsCheck(admin, names);
        var lacking = new ArrayList<String>();
        for (Role role : Role.values()) {
            if (isLacking(check, role)) {
                lacking.add(role.word());
            }
        }
        return lacking.isEmpty()
                ? new NeedResult(ClusterNeed.RIGHTS, State.OK, "of all roles")
                : new NeedResult(
                        ClusterNeed.RIGHTS,
                        State.LIMITED,
                        "this user lacks rights of " + String.join(", ", lacking));
    }

    private boolean isLacking(RightsCheck check, Role role) {
        try {
            return check.missing(RoleRights.of(role, config)).stream().anyMatch(Right::isRequired);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TopicAdminException("Asking for rights was interrupted", e);
        }
    }
}
