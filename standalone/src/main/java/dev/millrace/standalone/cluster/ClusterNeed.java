package dev.millrace.standalone.cluster;

/** What a cluster must offer to a pipeline; {@code docs/kafka.md} has a row for each. */
enum ClusterNeed {
    TOPICS("topics", "\"millrace topics apply\" is refused", "Allow the settings of docs/kafka.md"),
    LARGE_RECORDS(
            "large records",
            "Requests and answers of this size are refused",
            "Lower topics.max_request_bytes and topics.max_response_bytes, or let the cluster accept"
                    + " larger records"),
    TRANSACTIONS("transactions", "No service works", "Use another cluster"),
    FENCING(
            "fencing",
            "A service that was replaced could still write, and pay twice",
            "Use another cluster"),
    DELETED_RECORDS(
            "deleted records",
            "Requests, jobs and answers stay for ever, and disks fill",
            "Use another cluster"),
    GROUP_PROTOCOL(
            "group protocol",
            "Workers, gateways and sinks on PostgreSQL get no partitions",
            "Set group.protocol: classic in the kafka block"),
    OFFSET_METADATA(
            "offset metadata",
            "Fewer jobs of a partition run at once",
            "Set offset.metadata.max.bytes=4096 on each broker"),
    OFFSET_RETENTION(
            "offset retention",
            "Partitions without a service for so long stop",
            "Set offsets.retention.minutes=2147483647 on each broker"),
    SESSION_TIMEOUT(
            "session timeout",
            "Routers do not start",
            "Set group.min.session.timeout.ms to 10000 or less on each broker"),
    TOPIC_IDS(
            "topic ids",
            "A topic that is deleted and created again is not noticed",
            "Stop all services before you delete a topic"),
    REPLICAS(
            "replicas",
            "The loss of a broker loses records",
            "Set topics.replication_factor: 3, and on each broker offsets.topic.replication.factor=3"
                    + " and transaction.state.log.replication.factor=3"),
    RIGHTS(
            "rights",
            "With this user, these services do not start",
            "\"millrace rights\" prints what each needs");

    private final String words;
    private final String consequence;
    private final String advice;

    ClusterNeed(String words, String consequence, String advice) {
        this.words = words;
        this.consequence = consequence;
        this.advice = advice;
    }

    String words() {
        return words;
    }

    /** Returns what follows without it, and what to do, as sentences. */
    String explanation() {
        return consequence + ". " + advice;
    }
}
