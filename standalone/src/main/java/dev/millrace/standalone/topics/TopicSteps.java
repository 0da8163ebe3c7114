package dev.millrace.standalone.topics;

import dev.millrace.contracts.topic.TopicSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What has to be done so that a cluster has the topics of a plan.
 *
 * @param create topics that are missing
 * @param grow new partition count by topic
 * @param configure configurations to set, by topic
 * @param refuse why a topic is left as it is although it differs, by topic
 * @param keep topics that are as they should be
 */
record TopicSteps(
        List<TopicSpec> create,
        Map<String, Integer> grow,
        Map<String, Map<String, String>> configure,
        Map<String, String> refuse,
        List<String> keep) {

    /**
     * Compares a plan with what exists.
     *
     * <p>Only what the plan says is looked at: a configuration that an operator has added, more
     * partitions than planned where partitions may be added, and the replication factor of an
     * existing topic stay as they are.
     */
    static TopicSteps of(List<TopicSpec> plan, Map<String, ExistingTopic> existing) {
        var steps =
                new TopicSteps(
                        new ArrayList<>(),
                        new TreeMap<>(),
                        new TreeMap<>(),
                        new TreeMap<>(),
                        new ArrayList<>());
        for (var spec : plan) {
            var found = existing.get(spec.name());
            if (found == null) {
                steps.create.add(spec);
            } else {
                steps.compare(spec, found);
            }
        }
        return steps;
    }

    private void compare(TopicSpec spec, ExistingTopic found) {
        if (!spec.mayGrow() && spec.partitions() != found.partitions()) {
            refuse.put(spec.name(), reason(spec, found));
            return;
        }
        var grows = spec.partitions() > found.partitions();
        if (grows) {
            grow.put(spec.name(), spec.partitions());
        }
        var differing = new TreeMap<>(spec.configs());
        differing
                .entrySet()
                .removeIf(entry -> entry.getValue().equals(found.configs().get(entry.getKey())));
        if (!differing.isEmpty()) {
            configure.put(spec.name(), differing);
        }
        if (!grows && differing.isEmpty()) {
            keep.add(spec.name());
        }
    }

    private static String reason(TopicSpec spec, ExistingTopic found) {
        return "it has %d partitions and the configuration says %d; keys would move between partitions, so that repeats and places already stored would be missed. Set topics.partitions to %d, or choose another topics.prefix"
                .formatted(found.partitions(), spec.partitions(), found.partitions());
    }
}
