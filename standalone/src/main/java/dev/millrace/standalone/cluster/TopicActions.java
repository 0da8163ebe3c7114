package dev.millrace.standalone.cluster;

import dev.millrace.contracts.topic.TopicSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The actions that make the topics of a cluster match a plan.
 *
 * @param create missing topics
 * @param grow by topic: the new partition count
 * @param configure by topic: the configurations to set
 * @param refuse by topic: why a topic that differs from the plan is left unchanged
 * @param keep topics that match the plan
 */
record TopicActions(
        List<TopicSpec> create,
        Map<String, Integer> grow,
        Map<String, Map<String, String>> configure,
        Map<String, String> refuse,
        List<String> keep) {

    /**
     * Compares a plan with the existing topics.
     *
     * <p>Ignores configurations that the plan does not set, partitions that others have added, and
     * the replication factor of an existing topic.
     */
    static TopicActions of(List<TopicSpec> plan, Map<String, ExistingTopic> existing) {
        var actions =
                new TopicActions(
                        new ArrayList<>(),
                        new TreeMap<>(),
                        new TreeMap<>(),
                        new TreeMap<>(),
                        new ArrayList<>());
        boolean isLowered = isLowered(plan, existing);
        for (var spec : plan) {
            var found = existing.get(spec.name());
            if (found == null) {
                actions.create.add(spec);
            } else {
                actions.compare(spec, found, isLowered);
            }
        }
        return actions;
    }

    /**
     * Returns true if the plan has fewer partitions than the topics were created with: others add
     * partitions to some topics, not to all.
     */
    private static boolean isLowered(List<TopicSpec> plan, Map<String, ExistingTopic> existing) {
        return plan.stream()
                .filter(it -> it.growth() == TopicSpec.Growth.KEYED)
                .allMatch(
                        it -> {
                            var found = existing.get(it.name());
                            return found == null || found.partitions() > it.partitions();
                        });
    }

    private void compare(TopicSpec spec, ExistingTopic found, boolean isLowered) {
        boolean isFewer = found.partitions() < spec.partitions();
        boolean isRefused =
                switch (spec.growth()) {
                    case ADDED -> false;
                    case ACCEPTED -> isFewer;
                    case KEYED -> isFewer || isLowered;
                };
        if (isRefused) {
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
        return "it has %d partitions, the configuration says %d; a new count would move keys between partitions, so that stored duplicates and offsets would no longer match. Set topics.partitions back to the number that the topics were created with"
                .formatted(found.partitions(), spec.partitions());
    }
}
