package dev.millrace.router;

import java.util.Map;
import java.util.concurrent.CompletionStage;

/** The topics of a cluster. */
interface TopicDirectory {
    /**
     * A topic.
     *
     * @param maxRecordBytes of a batch, after compression; the largest number when not known
     */
    record Topic(int partitions, int maxRecordBytes) {}

    /** Asks the cluster for all topics of the pipeline, by name; the stage may fail. */
    CompletionStage<Map<String, Topic>> look();
}
