package dev.millrace.standalone.cluster;

import java.util.List;
import java.util.Map;

/**
 * The result of applying a topic plan. Each topic of the plan is in exactly one component.
 *
 * @param created in the order of the plan
 * @param changed by topic: the changes, as text
 * @param unchanged in the order of the plan
 * @param refused by topic: why a topic that differs from the plan was left unchanged
 */
public record TopicApplyResult(
        List<String> created,
        Map<String, String> changed,
        List<String> unchanged,
        Map<String, String> refused) {
    public TopicApplyResult {
        created = List.copyOf(created);
        changed = Map.copyOf(changed);
        unchanged = List.copyOf(unchanged);
        refused = Map.copyOf(refused);
    }

    /** Returns true when every topic matches the plan. */
    public boolean isComplete() {
        return refused.isEmpty();
    }
}
