package dev.millrace.standalone.cluster;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.millrace.standalone.console.KafkaFailure;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reports that the cluster did not perform an operation on topics or groups. The message is for the
 * user.
 */
public final class TopicAdminException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Maximum number of topics that a sentence names: a plan has hundreds. */
    private static final int MOST_NAMES = 5;

    TopicAdminException(String problem, Throwable cause) {
        super(problem + ": " + KafkaFailure.describe(cause), cause);
    }

    /**
     * Reports all topics that cannot be created; topics with equal reasons share a sentence.
     *
     * @param refusals why, by topic; not empty
     */
    TopicAdminException(SortedMap<String, Throwable> refusals) {
        super(sentences(refusals), refusals.sequencedValues().getFirst());
    }

    private static String sentences(Map<String, Throwable> refusals) {
        Map<String, List<String>> topicsByReason =
                refusals.entrySet().stream()
                        .collect(
                                groupingBy(
                                        it ->
                                                KafkaFailure.withoutFullStop(
                                                        KafkaFailure.describe(it.getValue())),
                                        TreeMap::new,
                                        mapping(Map.Entry::getKey, toList())));
        return topicsByReason.entrySet().stream()
                .map(
                        it ->
                                "Creating the topic %s failed: %s"
                                        .formatted(names(it.getValue()), it.getKey()))
                .collect(joining(". "));
    }

    private static String names(List<String> topics) {
        String first = topics.stream().limit(MOST_NAMES).collect(joining(", "));
        return topics.size() <= MOST_NAMES
                ? first
                : "%s and %d more".formatted(first, topics.size() - MOST_NAMES);
    }
}
