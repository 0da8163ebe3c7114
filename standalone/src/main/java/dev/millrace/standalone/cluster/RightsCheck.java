package dev.millrace.standalone.cluster;

import static java.util.stream.Collectors.toSet;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Finds the rights that a cluster does not grant to its user. Changes nothing. A right that the
 * cluster cannot report, such as a right on a missing group, counts as granted.
 */
final class RightsCheck {
    /** Ends a prefix, to ask about a resource that does not exist. */
    private static final String PROBE = "rights-check";

    private final Admin admin;
    private final Set<String> topics;

    /**
     * @param topics names of topics that the pipeline can have
     */
    RightsCheck(Admin admin, Set<String> topics) {
        this.admin = admin;
        this.topics = Set.copyOf(topics);
    }

    /** Returns the given rights with the operations that the user may not perform. */
    List<Right> missing(List<Right> rights) throws InterruptedException {
        Map<String, Optional<Set<AclOperation>>> ofTopics = ofTopics(rights);
        var missing = new ArrayList<Right>();
        for (Right right : rights) {
            var lacking =
                    switch (right.kind()) {
                        case TOPIC -> lackingOnTopics(right, ofTopics);
                        case GROUP -> lackingOnGroup(right);
                        case TRANSACTIONAL_ID -> lackingOnTransactions(right);
                        case CLUSTER -> lackingOnCluster(right);
                        default -> Set.<AclOperation>of();
                    };
            if (!lacking.isEmpty()) {
                missing.add(right.only(lacking));
            }
        }
        return missing;
    }

    /**
     * Returns the user's operations by topic; empty for a topic that the cluster does not report.
     */
    private Map<String, Optional<Set<AclOperation>>> ofTopics(List<Right> rights)
            throws InterruptedException {
        Set<String> names =
                rights.stream()
                        .filter(it -> it.kind() == ResourceType.TOPIC)
                        .flatMap(this::topicsOf)
                        .collect(toSet());
        var allowed = new HashMap<String, Optional<Set<AclOperation>>>();
        var described =
                admin.describeTopics(
                                names,
                                new DescribeTopicsOptions().includeAuthorizedOperations(true))
                        .topicNameValues();
        for (var topic : described.entrySet()) {
            allowed.put(
                    topic.getKey(),
                    allowed(topic.getValue().thenApply(it -> it.authorizedOperations())));
        }
        return allowed;
    }

    private Stream<String> topicsOf(Right right) {
        return right.isPrefix()
                ? topics.stream().filter(it -> it.startsWith(right.name()))
                : Stream.of(right.name());
    }

    private Set<AclOperation> lackingOnTopics(
            Right right, Map<String, Optional<Set<AclOperation>>> allowed)
            throws InterruptedException {
        var lacking = EnumSet.noneOf(AclOperation.class);
        topicsOf(right)
                .map(it -> allowed.getOrDefault(it, Optional.empty()))
                .flatMap(Optional::stream)
                .forEach(it -> lacking.addAll(lacking(right, it)));
        // The right to create can be granted on the cluster, which topics do not show.
        lacking.remove(AclOperation.CREATE);
        if (right.operations().contains(AclOperation.CREATE) && !mayCreate(right)) {
            lacking.add(AclOperation.CREATE);
        }
        return lacking;
    }

    private boolean mayCreate(Right right) throws InterruptedException {
        String name = right.isPrefix() ? right.name() + PROBE : right.name();
        var creation =
                admin.createTopics(
                        List.of(new NewTopic(name, Optional.empty(), Optional.empty())),
                        new CreateTopicsOptions().validateOnly(true));
        return !isRefused(creation.all());
    }

    private Set<AclOperation> lackingOnGroup(Right right) throws InterruptedException {
        String group = right.isPrefix() ? right.name() + PROBE : right.name();
        var described =
                admin.describeConsumerGroups(
                                List.of(group),
                                new DescribeConsumerGroupsOptions()
                                        .includeAuthorizedOperations(true))
                        .all()
                        .thenApply(it -> it.values().iterator().next().authorizedOperations());
        return allowed(described).map(it -> lacking(right, it)).orElse(Set.of());
    }

    private Set<AclOperation> lackingOnTransactions(Right right) throws InterruptedException {
        String id = right.isPrefix() ? right.name() + PROBE : right.name();
        return isRefused(admin.describeTransactions(List.of(id)).all())
                ? right.operations()
                : Set.of();
    }

    private Set<AclOperation> lackingOnCluster(Right right) throws InterruptedException {
        var described =
                admin.describeCluster(
                                new DescribeClusterOptions().includeAuthorizedOperations(true))
                        .authorizedOperations();
        return allowed(described).map(it -> lacking(right, it)).orElse(Set.of());
    }

    private static Set<AclOperation> lacking(Right right, Set<AclOperation> allowed) {
        var lacking = EnumSet.copyOf(right.operations());
        lacking.removeAll(allowed);
        return lacking;
    }

    /**
     * Returns the allowed operations: none if the cluster refuses to describe the resource, and
     * empty if it cannot report them. Brokers without an authorizer allow all operations. Brokers
     * return no operations to a user that may not describe the cluster, and some Kafka-compatible
     * brokers return none of any resource.
     */
    static Optional<Set<AclOperation>> allowed(KafkaFuture<Set<AclOperation>> described)
            throws InterruptedException {
        try {
            return Optional.ofNullable(described.get()).filter(it -> !it.isEmpty());
        } catch (ExecutionException e) {
            return e.getCause() instanceof AuthorizationException
                    ? Optional.of(Set.of())
                    : Optional.empty();
        }
    }

    private static boolean isRefused(KafkaFuture<?> future) throws InterruptedException {
        try {
            future.get();
            return false;
        } catch (ExecutionException e) {
            return e.getCause() instanceof AuthorizationException;
        }
    }
}
