package dev.millrace.testclusters;

import dev.millrace.contracts.topic.Topics;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.awaitility.Awaitility;

/** The consumer group of the routers. */
public final class RouterGroup {
    private RouterGroup() {}

    /**
     * Waits until the given number of routers, of one thread each, share the request partitions.
     */
    public static void await(Admin admin, Topics topics, int count) {
        String group = topics.routerGroup();
        Awaitility.await()
                .ignoreException(ExecutionException.class)
                .until(
                        () ->
                                admin
                                                .describeConsumerGroups(List.of(group))
                                                .all()
                                                .get()
                                                .values()
                                                .stream()
                                                .flatMap(it -> it.members().stream())
                                                .filter(it -> hasRequests(it, topics))
                                                .count()
                                        == count);
    }

    private static boolean hasRequests(MemberDescription member, Topics topics) {
        return member.assignment().topicPartitions().stream()
                .anyMatch(it -> it.topic().equals(topics.requests()));
    }
}
