package dev.millrace.simulator.traffic;

import static java.util.stream.Collectors.toMap;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts all calls, by model and by account. Thread-safe. */
public final class Traffic {
    /** Maximum number of models with separate statistics; further models share {@link #OTHERS}. */
    private static final int MAX_MODELS = 10_000;

    private static final String OTHERS = "(others)";

    private volatile Groups groups = new Groups();

    /** All groups of calls since the last reset. */
    private static final class Groups {
        final TrafficGroup total = new TrafficGroup();
        final Map<String, TrafficGroup> models = new ConcurrentHashMap<>();
        final Map<String, TrafficGroup> accounts = new ConcurrentHashMap<>();
    }

    /**
     * Counts the arrival of a call. The time of a call is never before the time of the call that
     * was counted last.
     *
     * @param model the model's name as the request gives it; empty = counts for no model
     * @param account name of the account
     * @param tokens input and output tokens of the complete answer
     */
    public CallCounter arrive(String model, String account, int tokens, long nowNanos) {
        Groups current = groups;
        List<TrafficGroup> counted = new ArrayList<>(List.of(current.total));
        counted.add(current.accounts.computeIfAbsent(account, _ -> new TrafficGroup()));
        if (!model.isEmpty()) {
            boolean own = current.models.containsKey(model) || current.models.size() < MAX_MODELS;
            counted.add(
                    current.models.computeIfAbsent(own ? model : OTHERS, _ -> new TrafficGroup()));
        }
        counted.forEach(group -> group.arrive(tokens, nowNanos));
        return new CallCounter(counted);
    }

    /** Returns the statistics so far. */
    public TrafficSummary summary() {
        Groups current = groups;
        return new TrafficSummary(
                current.total.counts(), counts(current.models), counts(current.accounts));
    }

    private static Map<String, TrafficCounts> counts(Map<String, TrafficGroup> groups) {
        return groups.entrySet().stream()
                .collect(toMap(Map.Entry::getKey, group -> group.getValue().counts()));
    }

    /** Forgets all calls. Calls that are running count no more. */
    public void reset() {
        groups = new Groups();
    }
}
