package dev.millrace.consumer;

import dev.millrace.contracts.topic.Topics;

/** A topic that the pipeline writes for its users. */
public enum OutputTopic {
    /** One result for each job. */
    RESULTS,

    /** One or more cost events for each job, the last of which is final. */
    COSTS,

    /** The requests that did not become jobs. */
    DEAD_LETTERS;

    String name(Topics topics) {
        return switch (this) {
            case RESULTS -> topics.results();
            case COSTS -> topics.costs();
            case DEAD_LETTERS -> topics.deadLetters();
        };
    }
}
