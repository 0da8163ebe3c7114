package dev.millrace.standalone.status;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Asks for the groups of routers and workers. */
final class Groups {
    /** Stands between a router's own part of a client's name and that of its thread. */
    private static final String THREAD = "-StreamThread-";

    private final Admin admin;
    private final String prefix;

    /**
     * @param prefix what the names of our topics and groups begin with
     */
    Groups(Admin admin, String prefix) {
        this.admin = admin;
        this.prefix = prefix;
    }

    String router() {
        return prefix + "router";
    }

    private String worker() {
        return prefix + "worker";
    }

    /** Router processes; each has a member for each of its threads. */
    int routers() {
        return (int)
                members(router()).stream()
                        .map(MemberDescription::clientId)
                        .map(client -> client.split(THREAD, 2)[0])
                        .distinct()
                        .count();
    }

    int workers() {
        return members(worker()).size();
    }

    private Collection<MemberDescription> members(String group) {
        var answer = admin.describeConsumerGroups(List.of(group)).describedGroups().get(group);
        return Reply.ifThere("Describing the group " + group, Objects.requireNonNull(answer))
                .<Collection<MemberDescription>>map(it -> it.members())
                .orElse(List.of());
    }

    /** How far the workers have come; partitions without a commit are missing. */
    Map<TopicPartition, OffsetAndMetadata> committedByWorkers() {
        return Reply.ifThere(
                        "Reading how far " + worker() + " is",
                        admin.listConsumerGroupOffsets(worker()).partitionsToOffsetAndMetadata())
                .orElse(Map.of());
    }
}
