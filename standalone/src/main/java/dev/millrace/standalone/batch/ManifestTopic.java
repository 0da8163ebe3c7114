package dev.millrace.standalone.batch;

import dev.millrace.standalone.console.Terminal;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Checks the topic of manifests, which clusters of earlier versions do not have. */
final class ManifestTopic {
    private ManifestTopic() {}

    /** Returns true if the topic exists; otherwise prints which figures are missing without it. */
    static boolean exists(Admin admin, String topic, Terminal terminal)
            throws ExecutionException, InterruptedException {
        try {
            var _ = admin.describeTopics(List.of(topic)).allTopicNames().get();
            return true;
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
                    && !(e.getCause() instanceof TopicAuthorizationException)) {
                throw e;
            }
            terminal.say(
                    "The topic "
                            + topic
                            + " does not exist or may not be used, so the batch will have no"
                            + " progress; \"millrace topics apply\" creates it");
            return false;
        }
    }
}
