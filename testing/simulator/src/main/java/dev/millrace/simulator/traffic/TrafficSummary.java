package dev.millrace.simulator.traffic;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Statistics of all calls since the start or the last reset.
 *
 * @param total over all calls
 * @param models by model
 * @param accounts by account
 */
public record TrafficSummary(
        TrafficCounts total,
        Map<String, TrafficCounts> models,
        Map<String, TrafficCounts> accounts) {
    public TrafficSummary {
        models = Map.copyOf(models);
        accounts = Map.copyOf(accounts);
    }

    /** Returns the statistics of one model; zeros when the model was never called. */
    public TrafficCounts model(String name) {
        return models.getOrDefault(name, TrafficCounts.NONE);
    }

    /** Returns the statistics of one account; zeros when none of its keys was used. */
    public TrafficCounts account(String name) {
        return accounts.getOrDefault(name, TrafficCounts.NONE);
    }

    /** Returns this summary as a JSON object. */
    public ObjectNode toJson() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.set("total", total.toJson());
        put(node.putObject("models"), models);
        put(node.putObject("accounts"), accounts);
        return node;
    }

    private static void put(ObjectNode node, Map<String, TrafficCounts> groups) {
        new TreeMap<>(groups).forEach((name, counts) -> node.set(name, counts.toJson()));
    }
}
