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
 * Reads one JSON object of settings. Reports a value of the wrong type with its path and returns
 * the fallback, so that reading continues and finds every problem.
 */
final class SettingsNode {
    private final JsonNode node;
    private final String path;
    private final BiConsumer<String, String> problems;
    private final TreeSet<String> knownKeys = new TreeSet<>();

    SettingsNode(JsonNode node, String path, BiConsumer<String, String> problems) {
        this.path = path;
        this.problems = problems;
        boolean isObjectOrAbsent = node.isObject() || node.isNull() || node.isMissingNode();
        this.node = node.isObject() ? node : JsonNodeFactory.instance.objectNode();
        if (!isObjectOrAbsent) {
            problem("", "expected an object");
        }
    }

    void problem(String key, String message) {
        problems.accept(SettingsProblem.join(path, key), message);
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
                SettingsProblem.join(path, key),
                problems);
    }

    String string(String key, String fallback) {
        JsonNode value = value(key);
        if (value == null) {
            return fallback;
        }
        return value.isString() ? value.stringValue() : reject(key, "a string", fallback);
    }

    int integer(String key, int fallback) {
        JsonNode value = value(key);
        if (value == null) {
            return fallback;
        }
        return isInteger(value) ? value.intValue() : reject(key, "a whole number", fallback);
    }

    long longInteger(String key, long fallback) {
        JsonNode value = value(key);
        if (value == null) {
            return fallback;
        }
        return value.isIntegralNumber() && value.canConvertToLong()
                ? value.longValue()
                : reject(key, "a whole number", fallback);
    }

    double number(String key, double fallback) {
        JsonNode value = value(key);
        if (value == null) {
            return fallback;
        }
        return value.isNumber() ? value.doubleValue() : reject(key, "a number", fallback);
    }

    Duration duration(String key, Duration fallback) {
        JsonNode value = value(key);
        if (value == null) {
            return fallback;
        }
        Optional<Duration> parsed =
                value.isString() ? Durations.parse(value.stringValue()) : Optional.empty();
        return parsed.orElseGet(
                () -> reject(key, "a duration such as 500ms, 30s, 5m, 24h", fallback));
    }

    List<String> strings(String key, List<String> fallback) {
        JsonNode value = value(key);
        if (value == null) {
            return fallback;
        }
        if (!value.isArray() || !value.valueStream().allMatch(JsonNode::isString)) {
            // The message never shows the value: the only list of strings holds API keys.
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
            return reject(key, "a list of whole numbers", fallback);
        }
        return value.valueStream().map(JsonNode::intValue).toList();
    }

    /**
     * Builds a record. Reports the values that its constructor rejects as problems under {@code
     * key}.
     */
    <T> T build(String key, Supplier<T> constructor, T fallback) {
        try {
            return constructor.get();
        } catch (SettingsException invalid) {
            for (SettingsProblem problem : invalid.problems()) {
                SettingsProblem reported = problem.under(SettingsProblem.join(path, key));
                problems.accept(reported.path(), reported.message());
            }
            return fallback;
        }
    }

    /** Reports unknown keys. Must be called after all known keys have been read. */
    void rejectUnknownKeys() {
        for (String key : node.propertyNames()) {
            if (!knownKeys.contains(key)) {
                problem(key, "unknown key; known keys: " + String.join(", ", knownKeys));
            }
        }
    }

    private static boolean isInteger(JsonNode value) {
        return value.isIntegralNumber() && value.canConvertToInt();
    }

    private @Nullable JsonNode value(String key) {
        knownKeys.add(key);
        JsonNode value = node.get(key);
        return value == null || value.isNull() ? null : value;
    }

    private <T> T reject(String key, String expected, T fallback) {
        problem(key, "expected " + expected + ", found " + node.get(key));
        return fallback;
    }
}
