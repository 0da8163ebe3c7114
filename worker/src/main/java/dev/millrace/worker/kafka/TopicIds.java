package dev.millrace.worker.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Requests the ids of topics. */
final class TopicIds {
    private TopicIds() {}

    /**
     * Returns the topic ids by name. The id is empty if the topic does not exist; there is no entry
     * if the cluster does not report the topic, for example because a permission is missing.
     */
    static Map<String, Optional<String>> of(Set<String> topics, Admin client)
            throws ExecutionException, InterruptedException {
        var ids = new HashMap<String, Optional<String>>();
        for (var answer : client.describeTopics(topics).topicNameValues().entrySet()) {
            try {
                String id = answer.getValue().get().topicId().toString();
                ids.put(answer.getKey(), Optional.of(id));
            } catch (ExecutionException e) {
                if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                    ids.put(answer.getKey(), Optional.empty());
                } else if (e.getCause() instanceof RetriableException) {
                    throw e;
                }
            }
        }
        return ids;
    }
}
