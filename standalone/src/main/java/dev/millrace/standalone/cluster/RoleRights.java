package dev.millrace.standalone.cluster;

import static org.apache.kafka.common.acl.AclOperation.ALTER;
import static org.apache.kafka.common.acl.AclOperation.ALTER_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DELETE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourceType;

/** The table of rights: what each role needs on the cluster of a pipeline, and nothing more. */
public final class RoleRights {
    private static final String PUBLISHES = "publishes requests";

    private final Topics topics;
    private final Set<String> requests;
    private final List<Right> rights = new ArrayList<>();

    private RoleRights(Topics topics, Set<String> requests) {
        this.topics = topics;
        this.requests = new TreeSet<>(requests);
    }

    /** Returns the rights of a role in the pipeline with the given configuration. */
    public static List<Right> of(Role role, MillraceConfig config) {
        var table =
                new RoleRights(
                        new Topics(config.topics().prefix()), config.requestTopics().keySet());
        switch (role) {
            case SUBMIT -> table.submit();
            case ROUTER -> table.router();
            case WORKER -> table.worker();
            case SINK -> table.sink();
            case GATEWAY -> table.gateway();
            case RETRIEVAL -> table.retrieval(config.retrieval().model().isPresent());
            case DOCUMENTS -> table.documents(config.retrieval().model().isPresent());
            case OPERATE -> table.operate();
            case TOPICS -> table.topics();
            case CHECK -> table.check();
            case CONSUME -> table.consume();
        }
        return List.copyOf(table.rights);
    }

    /**
     * Returns the rights of a tenant that other tenants do not trust. The tenant publishes only to
     * its request topic, and publishes no manifests, because all tenants share the topic of
     * manifests.
     */
    public static List<Right> submitTo(String topic) {
        return List.of(new Right(ResourceType.TOPIC, topic, false, Set.of(WRITE), true, PUBLISHES));
    }

    private void submit() {
        requests.forEach(it -> topic(it, PUBLISHES, WRITE));
        optionalTopic(topics.batches(), "records how many lines a batch has", WRITE);
        String services = "says which services are missing";
        optional(ResourceType.GROUP, topics.routerGroup(), services, DESCRIBE);
        optional(ResourceType.GROUP, topics.workerGroup(), services, DESCRIBE);
        add(ResourceType.TOPIC, topics.jobTopicPrefix(), true, false, services, DESCRIBE);
    }

    private void router() {
        requests.forEach(
                it ->
                        topic(
                                it,
                                "reads requests, moves them to the partitions of their jobs,"
                                        + " deletes read ones",
                                READ,
                                WRITE,
                                DELETE,
                                DESCRIBE_CONFIGS));
        topics(topics.jobTopicPrefix(), "writes jobs", WRITE, DESCRIBE_CONFIGS);
        topic(topics.results(), "ends jobs without a call", WRITE, DESCRIBE_CONFIGS);
        topic(topics.costs(), "settles budgets", READ, WRITE, DESCRIBE_CONFIGS);
        topic(topics.deadLetters(), "ends unreadable requests", WRITE, DESCRIBE_CONFIGS);
        topic(topics.control(), "follows and reports changes", READ, WRITE, DESCRIBE_CONFIGS);
        for (String own :
                List.of(topics.lookups(), topics.budgetReports(), topics.budgetGrants())) {
            topic(
                    own,
                    "passes jobs and money between its tasks",
                    READ,
                    WRITE,
                    DELETE,
                    DESCRIBE_CONFIGS);
        }
        topic(topics.answers(), "fills its cache", READ, DELETE, DESCRIBE_CONFIGS);
        topic(
                topics.parts(),
                "joins the parts of long documents",
                READ,
                WRITE,
                DELETE,
                DESCRIBE_CONFIGS);
        topic(topics.retrievals(), "lets jobs wait for passages", WRITE, DESCRIBE_CONFIGS);
        topic(
                topics.retrieved(),
                "reads jobs that return with passages or for money, deletes read ones",
                READ,
                DELETE,
                DESCRIBE_CONFIGS);
        topics(
                topics.routerGroup() + "-",
                "keeps the state of Kafka Streams",
                CREATE,
                READ,
                WRITE,
                DELETE,
                ALTER,
                ALTER_CONFIGS);
        group(topics.routerGroup(), "shares partitions with other routers", READ);
        transactions(topics.routerGroup() + "-");
    }

    private void worker() {
        topics(
                topics.jobTopicPrefix(),
                "takes jobs, hands them over, deletes finished ones",
                READ,
                WRITE,
                DELETE);
        topic(topics.results(), "writes results", WRITE);
        topic(topics.costs(), "writes costs", WRITE);
        topic(topics.answers(), "writes answers for the cache", WRITE);
        topic(topics.parts(), "ends parts of long documents", WRITE);
        topic(topics.retrieved(), "returns jobs that need money for another attempt", WRITE);
        topic(topics.deadLetters(), "ends unreadable jobs", WRITE);
        topic(topics.control(), "follows changes, marks its first use", READ, WRITE);
        topic(topics.quota(), "shares limits with other workers", READ, WRITE);
        optionalTopic(topics.chunks(), "forwards tokens as they arrive", WRITE);
        group(topics.workerGroup(), "shares partitions with other workers", READ);
        transactions(topics.workerGroup() + "-");
        optional(
                ResourceType.GROUP,
                topics.workerGroup(),
                "reads the session timeout, else assumes Kafka's default",
                DESCRIBE_CONFIGS);
        optional(
                ResourceType.CLUSTER,
                Resource.CLUSTER_NAME,
                "reads the limit of offset metadata, else assumes Kafka's default",
                DESCRIBE_CONFIGS);
    }

    private void sink() {
        topic(topics.results(), "stores results", READ);
        topic(topics.costs(), "stores costs", READ);
        topic(topics.deadLetters(), "stores dead letters", READ);
        topic(topics.batches(), "stores how many lines a batch has", READ);
        add(
                ResourceType.GROUP,
                topics.prefix() + "sink-",
                true,
                true,
                "shares partitions with other sinks on PostgreSQL",
                READ);
        optionalTopic(topics.control(), "reports events, counts jobs that wait for money", READ);
        add(ResourceType.TOPIC, topics.jobTopicPrefix(), true, false, "counts waiting jobs", READ);
        optional(ResourceType.GROUP, topics.workerGroup(), "counts waiting jobs", DESCRIBE);
    }

    private void gateway() {
        requests.forEach(it -> topic(it, PUBLISHES, WRITE));
        topic(topics.results(), "waits for results", READ);
        optionalTopic(topics.chunks(), "reads tokens as they arrive", READ);
        topic(topics.submissions(), "accepts batches and publishes their lines", READ, WRITE);
        topic(topics.batches(), "records how many lines a batch has", WRITE);
        topic(topics.control(), "follows API keys, cancels jobs and batches", READ, WRITE);
        group(topics.gatewayGroup(), "shares batches with other gateways", READ);
        transactions(topics.gatewayGroup() + "-");
        changes(false);
        add(
                ResourceType.TOPIC,
                topics.jobTopicPrefix(),
                true,
                false,
                "counts waiting jobs, writes calls of the express lane",
                WRITE);
        countsBacklog(false);
        showsLimits(false);
    }

    private void retrieval(boolean usesCatalog) {
        topic(topics.documents(), "indexes documents", READ);
        topic(topics.retrievals(), "reads waiting jobs, deletes handled ones", READ, DELETE);
        topic(topics.retrieved(), "writes jobs with their passages", WRITE);
        group(topics.retrievalGroup(), "shares partitions with other retrieval services", READ);
        transactions(topics.retrievalGroup() + "-");
        if (usesCatalog) {
            topic(topics.vectors(), "writes and reads the vectors of documents", READ, WRITE);
            requests.forEach(it -> topic(it, "embeds documents and questions", WRITE));
            topic(topics.results(), "waits for embeddings", READ);
            add(
                    ResourceType.GROUP,
                    topics.retrievalGroup() + "-vectors-",
                    true,
                    true,
                    "shares documents that are embedded",
                    READ);
        }
    }

    private void documents(boolean usesCatalog) {
        topic(topics.documents(), "adds, deletes and reads documents", READ, WRITE);
        if (usesCatalog) {
            topic(topics.vectors(), "searches documents", READ);
            requests.forEach(it -> topic(it, "embeds questions", WRITE));
            topic(topics.results(), "waits for embeddings", READ);
        }
    }

    private void operate() {
        topic(topics.control(), "reads and makes changes", READ, WRITE);
        changes(true);
        requests.forEach(it -> topic(it, "counts waiting requests", DESCRIBE));
        topics(topics.jobTopicPrefix(), "counts waiting jobs", DESCRIBE);
        countsBacklog(true);
        showsLimits(true);
        topic(topics.routerGroup() + "-cache-changelog", "lists cached answers", READ);
    }

    private void changes(boolean isRequired) {
        add(
                ResourceType.TRANSACTIONAL_ID,
                topics.prefix() + "control-writer",
                false,
                isRequired,
                "makes changes",
                WRITE);
    }

    private void countsBacklog(boolean isRequired) {
        add(
                ResourceType.GROUP,
                topics.routerGroup(),
                false,
                isRequired,
                "counts waiting requests",
                DESCRIBE);
        add(
                ResourceType.GROUP,
                topics.workerGroup(),
                false,
                isRequired,
                "counts waiting jobs",
                DESCRIBE);
    }

    private void showsLimits(boolean isRequired) {
        add(ResourceType.TOPIC, topics.quota(), false, isRequired, "shows limits", READ);
        add(
                ResourceType.TOPIC,
                topics.routerGroup() + "-pace-changelog",
                false,
                isRequired,
                "shows tenants that are ahead",
                READ);
        add(
                ResourceType.TOPIC,
                topics.retrievals(),
                false,
                isRequired,
                "counts jobs that wait for passages",
                READ);
        add(
                ResourceType.GROUP,
                topics.retrievalGroup(),
                false,
                isRequired,
                "counts jobs that wait for passages",
                DESCRIBE);
    }

    private void topics() {
        topics(topics.prefix(), "creates and adjusts topics", CREATE, ALTER, ALTER_CONFIGS);
        requests.stream()
                .filter(it -> !it.startsWith(topics.prefix()))
                .forEach(
                        it -> topic(it, "creates and adjusts it", CREATE, DESCRIBE, ALTER_CONFIGS));
    }

    private void check() {
        String tries = "tries what services do, on a new topic";
        topics(topics.prefix(), "lets the cluster validate topics", CREATE);
        requests.stream()
                .filter(it -> !it.startsWith(topics.prefix()))
                .forEach(it -> topic(it, "lets the cluster validate it", CREATE));
        topics(ClusterCheck.prefix(topics), tries, READ, WRITE, DELETE, DESCRIBE_CONFIGS);
        add(ResourceType.GROUP, ClusterCheck.prefix(topics), true, true, tries, READ, DELETE);
        transactions(ClusterCheck.prefix(topics));
        optional(
                ResourceType.CLUSTER,
                Resource.CLUSTER_NAME,
                "reads the brokers' settings",
                DESCRIBE_CONFIGS);
    }

    private void consume() {
        topic(topics.results(), "reads results", READ);
        topic(topics.costs(), "reads costs", READ);
        topic(topics.deadLetters(), "reads dead letters", READ);
    }

    private void topic(String name, String purpose, AclOperation... operations) {
        add(ResourceType.TOPIC, name, false, true, purpose, operations);
    }

    private void optionalTopic(String name, String purpose, AclOperation... operations) {
        optional(ResourceType.TOPIC, name, purpose, operations);
    }

    private void optional(
            ResourceType kind, String name, String purpose, AclOperation... operations) {
        add(kind, name, false, false, purpose, operations);
    }

    private void topics(String prefix, String purpose, AclOperation... operations) {
        add(ResourceType.TOPIC, prefix, true, true, purpose, operations);
    }

    private void group(String name, String purpose, AclOperation... operations) {
        add(ResourceType.GROUP, name, false, true, purpose, operations);
    }

    private void transactions(String prefix) {
        add(ResourceType.TRANSACTIONAL_ID, prefix, true, true, "commits", WRITE);
    }

    private void add(
            ResourceType kind,
            String name,
            boolean isPrefix,
            boolean isRequired,
            String purpose,
            AclOperation... operations) {
        rights.add(new Right(kind, name, isPrefix, Set.of(operations), isRequired, purpose));
    }
}
