package dev.millrace.simulator.settings;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Reads one JSON object of settings. A value of the wrong type is reported with its path and
 * replaced, so that reading goes on and finds every problem; {@link #done} reports the keys that
 * nobody asked for.
 */
final class SettingsNode {
    private final JsonNode node;
    private final String path;
    private final BiConsumer<String, String> problems;
    private final TreeSet<String> asked = new TreeSet<>();

    SettingsNode(JsonNode node, String path, BiConsumer<String, String> problems) {
        this.path = path;
        this.problems = problems;
        boolean usable = node.isObject() || node.isNull() || node.isMissingNode();
        this.node = node.isObject() ? node : JsonNodeFactory.instance.objectNode();
        if (!usable) {
            problem("", "expected an object");
        }
    }

    void problem(String key, String message) {
        problems.accept(Problem.join(path, key), message);
    }

    boolean has(String key) {
        return value(key) != null;
    }

    boolean isText(String key) {
        JsonNode value = value(key);
        return value != null && value.isString();
    }

    List<String> keys() {
        return List.copyOf(node.propertyNames());
    }

    SettingsNode object(String key) {
        JsonNode value = value(key);
        return new SettingsNode(
                value == null ? JsonNodeFactory.instance.objectNode() : value,
                Problem.join(path, key),
                problems);
    }

    String text(String key, String fallback) {
        JsonNode value = value(key);
        if (value == null) {
            return fallback;
        }
        return value.isString() ? value.stringValue() : wrong(key, "a string", fallback);
    }

    int integer(String key, int fallback) {
        JsonNode value = value(key);
        if (value == null) {
            return fallback;
        }
        return isInteger(value) ? value.intValue() : wrong(key, "a whole number", fallback);
    }

    long longInteger(String key, long fallback) {
        JsonNode value = value(key);
        if (value == null) {
            return fallback;
        }
        return value.isIntegralNumber() && value.canConvertToLong()
                ? value.longValue()
                : wrong(key, "a whole number", fallback);
    }

    double number(String key, double fallback) {
        JsonNode value = value(key);
        if (value == null) {
            return fallback;
        }
        return value.isNumber() ? value.doubleValue() : wrong(key, "a number", fallback);
    }

    Duration duration(String key, Duration fallback) {
        JsonNode value = value(key);
        if (value == null) {
            return fallback;
        }
        Optional<Duration> parsed =
                value.isString() ? Durations.parse(value.stringValue()) : Optional.empty();
        return parsed.orElseGet(
                () -> wrong(key, "a duration such as 500ms, 30s, 5m, 24h", fallback));
    }

    List<String> texts(String key, List<String> fallback) {
        JsonNode value = value(key);
        if (value == null) {
            return fallback;
        }
        if (!value.isArray() || !value.valueStream().allMatch(JsonNode::isString)) {
            // Never the value itself: the only such list holds keys.
            problem(key, "expected a list of strings");
            return fallback;
        }
        return value.valueStream().map(JsonNode::stringValue).toList();
    }

    List<Integer> integers(String key, List<Integer> fallback) {
        JsonNode value = value(key);
        if (value == null) {
            return fallback;
        }
        if (!value.isArray() || !value.valueStream().allMatch(SettingsNode::isInteger)) {
            return wrong(key, "a list of whole numbers", fallback);
        }
        return value.valueStream().map(JsonNode::intValue).toList();
    }

    /** Builds a record; what its constructor refuses becomes problems under {@code key}. */
    <T> T build(String key, Supplier<T> constructor, T fallback) {
        try {
            return constructor.get();
        } catch (SettingsException refused) {
            for (Problem problem : refused.problems()) {
                Problem placed = problem.under(Problem.join(path, key));
                problems.accept(placed.path(), placed.message());
            }
            return fallback;
        }
    }

    /** Reports unknown keys; to be called once all known ones have been read. */
    void done() {
        for (String key : node.propertyNames()) {
            if (!asked.contains(key)) {
                problem(key, "unknown key; known are " + String.join(", ", asked));
            }
        }
    }

    private static boolean isInteger(JsonNode value) {
        return value.isIntegralNumber() && value.canConvertToInt();
    }

    private @Nullable JsonNode value(String key) {
        asked.add(key);
        JsonNode value = node.get(key);
        return value == null || value.isNull() ? null : value;
    }

    private <T> T wrong(String key, String expected, T fallback) {
        problem(key, "expected " + expected + ", found " + node.get(key));
        return fallback;
    }
}
