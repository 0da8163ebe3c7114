package dev.millrace.router.topic;

import java.util.Map;
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

    /** Returns all topics of the pipeline by name; the stage may fail. */
    CompletionStage<Map<String, Topic>> list();
}
