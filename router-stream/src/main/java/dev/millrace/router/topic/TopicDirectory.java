package dev.millrace.router.topic;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Lists the topics of a cluster. */
public interface TopicDirectory {
    /**
     * A topic.
     *
     * @param maxRecordBytes {@code max.message.bytes}, the size limit of a compressed batch; {@link
     *     Integer#MAX_VALUE} when unknown
     */
    record Topic(int partitions, int maxRecordBytes) {}

    /**
     * The topics that the cluster shows.
     *
     * @param topics all topics of the pipeline by name
     * @param refused known topics that the cluster no longer shows, although they are not known to
     *     be deleted: the user has possibly lost its rights on them
     */
    record Listing(Map<String, Topic> topics, Set<String> refused) {
        public Listing {
            topics = Map.copyOf(topics);
            refused = Set.copyOf(refused);
        }
    }

    /**
     * Lists the topics; the stage may fail.
     *
     * @param known topics that an earlier listing contained
     */
    CompletionStage<Listing> list(Set<String> known);
}
