package dev.millrace.standalone.cluster;

import dev.millrace.contracts.topic.TopicSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;

/**
 * Creates and changes topics to match a plan. Idempotent.
 *
 * <p>The admin client's {@code default.api.timeout.ms} bounds each step. Its {@code
 * retry.backoff.ms} bounds how soon a new topic is found to be usable.
 */
public final class TopicAdmin {
    private final Admin admin;

    /**
     * Creates a topic admin on a client that the caller closes.
     *
     * @param admin the client
     */
    public TopicAdmin(Admin admin) {
        this.admin = admin;
    }

    /**
     * Applies the plan, and returns when every planned topic can be written and read.
     *
     * <p>Leaves a topic unchanged, and reports it as refused, when the plan changes a partition
     * count that must not change. Ignores topics outside the plan.
     *
     * @throws TopicAdminException when the cluster is unreachable or refuses a step; earlier steps
     *     remain applied. If it refuses a topic, it creates none
     */
    public TopicApplyResult apply(List<TopicSpec> plan) {
        return apply(plan, Set.of());
    }

    /**
     * Applies the plan as {@link #apply(List)} does, but does not create some topics. If such a
     * topic exists, it is adjusted; otherwise it is ignored.
     *
     * @param onDemand names of the topics not to create
     */
    public TopicApplyResult apply(List<TopicSpec> all, Set<String> onDemand) {
        var found = find(all);
        var plan =
                all.stream()
                        .filter(it -> found.containsKey(it.name()) || !onDemand.contains(it.name()))
                        .toList();
        var actions = TopicActions.of(plan, found);
        create(actions.create());
        grow(actions.grow());
        configure(actions.configure());
        TopicReadiness.await(admin, partitions(plan, actions, found));
        return new TopicApplyResult(
                actions.create().stream().map(TopicSpec::name).toList(),
                changes(actions),
                actions.keep(),
                actions.refuse());
    }

    private Map<String, ExistingTopic> find(List<TopicSpec> plan) {
        var names = plan.stream().map(TopicSpec::name).toList();
        var partitions = new HashMap<String, Integer>();
        admin.describeTopics(names)
                .topicNameValues()
                .forEach(
                        (name, future) ->
                                KafkaFutures.getIfExists("Looking for the topic " + name, future)
                                        .ifPresent(
                                                topic ->
                                                        partitions.put(
                                                                name, topic.partitions().size())));
        if (partitions.isEmpty()) {
            return Map.of();
        }
        var configs =
                KafkaFutures.get(
                        "Reading the topics' configurations",
                        admin.describeConfigs(resources(partitions.keySet())).all());
        var found = new HashMap<String, ExistingTopic>();
        configs.forEach(
                (resource, config) ->
                        found.put(
                                resource.name(),
                                new ExistingTopic(
                                        partitions.getOrDefault(resource.name(), 0),
                                        values(config))));
        return found;
    }

    private void create(List<TopicSpec> missing) {
        if (missing.isEmpty()) {
            return;
        }
        validate(missing);
        admin.createTopics(newTopics(missing)).values().forEach(KafkaFutures::awaitCreation);
    }

    /**
     * Lets the cluster validate the topics of a plan that do not exist yet. Creates none.
     *
     * @throws TopicAdminException when the cluster is unreachable or refuses topics; the message
     *     names them all
     */
    void validate(List<TopicSpec> plan) {
        var answers =
                admin.createTopics(newTopics(plan), new CreateTopicsOptions().validateOnly(true))
                        .values();
        var refusals = new TreeMap<String, Throwable>();
        answers.forEach(
                (topic, answer) -> {
                    try {
                        KafkaFutures.awaitCreation(topic, answer);
                    } catch (TopicAdminException e) {
                        refusals.put(topic, Objects.requireNonNullElse(e.getCause(), e));
                    }
                });
        if (!refusals.isEmpty()) {
            throw new TopicAdminException(refusals);
        }
    }

    private static List<NewTopic> newTopics(List<TopicSpec> plan) {
        return plan.stream()
                .map(
                        spec ->
                                new NewTopic(
                                                spec.name(),
                                                spec.partitions(),
                                                spec.replicationFactor())
                                        .configs(spec.configs()))
                .toList();
    }

    private void grow(Map<String, Integer> counts) {
        if (!counts.isEmpty()) {
            var wanted = new HashMap<String, NewPartitions>();
            counts.forEach((name, count) -> wanted.put(name, NewPartitions.increaseTo(count)));
            KafkaFutures.get(
                    "Adding partitions to " + counts.keySet(),
                    admin.createPartitions(wanted).all());
        }
    }

    private void configure(Map<String, Map<String, String>> configs) {
        if (!configs.isEmpty()) {
            var wanted = new HashMap<ConfigResource, Collection<AlterConfigOp>>();
            configs.forEach(
                    (name, values) ->
                            wanted.put(
                                    new ConfigResource(ConfigResource.Type.TOPIC, name),
                                    values.entrySet().stream().map(TopicAdmin::set).toList()));
            KafkaFutures.get(
                    "Configuring " + configs.keySet(), admin.incrementalAlterConfigs(wanted).all());
        }
    }

    private static Map<String, Integer> partitions(
            List<TopicSpec> plan, TopicActions actions, Map<String, ExistingTopic> found) {
        var partitions = new HashMap<String, Integer>();
        for (var spec : plan) {
            var existing = found.get(spec.name());
            partitions.put(
                    spec.name(),
                    existing == null || actions.grow().containsKey(spec.name())
                            ? spec.partitions()
                            : existing.partitions());
        }
        return partitions;
    }

    private static Map<String, String> changes(TopicActions actions) {
        var parts = new TreeMap<String, List<String>>();
        actions.grow()
                .forEach(
                        (name, count) ->
                                parts.computeIfAbsent(name, _ -> new ArrayList<>())
                                        .add(count + " partitions"));
        actions.configure()
                .forEach(
                        (name, configs) ->
                                configs.forEach(
                                        (key, value) ->
                                                parts.computeIfAbsent(name, _ -> new ArrayList<>())
                                                        .add(key + "=" + value)));
        return parts.entrySet().stream()
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey, entry -> String.join(", ", entry.getValue())));
    }

    private static AlterConfigOp set(Map.Entry<String, String> config) {
        return new AlterConfigOp(
                new ConfigEntry(config.getKey(), config.getValue()), AlterConfigOp.OpType.SET);
    }

    private static List<ConfigResource> resources(Collection<String> topics) {
        return topics.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
    }

    static Map<String, String> values(Config config) {
        var values = new HashMap<String, String>();
        for (var entry : config.entries()) {
            if (entry.value() != null) {
                values.put(entry.name(), entry.value());
            }
        }
        return values;
    }
}
