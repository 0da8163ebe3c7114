package dev.millrace.simulator.traffic;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Statistics of a group of calls.
 *
 * @param calls calls that arrived, refused calls included
 * @param outcomes number of ended calls by outcome: {@code answered}, {@code dropped}, {@code
 *     aborted}, or the kind of the error such as {@code rate_limited}
 * @param highest highest amounts so far
 */
public record TrafficCounts(long calls, Map<String, Long> outcomes, Highest highest) {
    /** No calls. */
    public static final TrafficCounts NONE =
            new TrafficCounts(0, Map.of(), new Highest(0, 0, 0, 0, 0));

    /**
     * The highest amounts in any sliding window so far. Calls count at their arrival, even if
     * refused, to show whether a client stays below a limit.
     *
     * @param requestsPerMinute calls in any sixty seconds
     * @param requestsPerSecond calls in any second
     * @param tokensPerMinute input and output tokens of the calls in any sixty seconds
     * @param tokensPerSecond input and output tokens of the calls in any second
     * @param concurrency concurrent calls that were not refused
     */
    public record Highest(
            long requestsPerMinute,
            long requestsPerSecond,
            long tokensPerMinute,
            long tokensPerSecond,
            long concurrency) {
        ObjectNode toJson() {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("requests_per_minute", requestsPerMinute)
                    .put("requests_per_second", requestsPerSecond)
                    .put("tokens_per_minute", tokensPerMinute)
                    .put("tokens_per_second", tokensPerSecond)
                    .put("concurrency", concurrency);
        }
    }

    public TrafficCounts {
        outcomes = Map.copyOf(outcomes);
    }

    /** Returns how many calls ended with an outcome. */
    public long outcome(String name) {
        return outcomes.getOrDefault(name, 0L);
    }

    /** Returns the number of calls that have not ended. */
    public long running() {
        return calls - outcomes.values().stream().mapToLong(it -> it).sum();
    }

    ObjectNode toJson() {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("calls", calls);
        ObjectNode byOutcome = node.putObject("outcomes");
        new TreeMap<>(outcomes).forEach(byOutcome::put);
        node.set("highest", highest.toJson());
        return node;
    }
}
