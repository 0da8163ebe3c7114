package dev.millrace.worker.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Asks a cluster for the ids of topics. */
final class TopicIds {
    private TopicIds() {}

    /** Returns the id of each topic that exists, by its name. */
    static Map<String, String> of(Set<String> topics, Admin client)
            throws ExecutionException, InterruptedException {
        var ids = new HashMap<String, String>();
        for (var answer : client.describeTopics(topics).topicNameValues().entrySet()) {
            try {
                ids.put(answer.getKey(), answer.getValue().get().topicId().toString());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        return ids;
    }
}
