package dev.millrace.standalone.topics;

import java.util.List;
import java.util.Map;

/**
 * What became of the topics of a plan; each topic is in exactly one of these.
 *
 * @param created in the order of the plan
 * @param changed by topic: what was changed, as text
 * @param unchanged in the order of the plan
 * @param refused by topic: why it was left as it is although it differs
 */
public record TopicsApplied(
        List<String> created,
        Map<String, String> changed,
        List<String> unchanged,
        Map<String, String> refused) {
    public TopicsApplied {
        created = List.copyOf(created);
        changed = Map.copyOf(changed);
        unchanged = List.copyOf(unchanged);
        refused = Map.copyOf(refused);
    }

    /** Whether the cluster now has every topic as planned. */
    public boolean complete() {
        return refused.isEmpty();
    }
}
