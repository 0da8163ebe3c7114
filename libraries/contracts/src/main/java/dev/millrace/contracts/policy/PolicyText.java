package dev.millrace.contracts.policy;

import dev.millrace.contracts.money.Usd;
import dev.millrace.contracts.policy.When.AtLeast;
import dev.millrace.contracts.policy.When.Range;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes a policy as YAML with one line for each part of a rule, so that two policies can be
 * compared line by line.
 */
final class PolicyText {
    /**
     * Matches words that YAML reads as text without quotes. Other words are quoted, since they
     * might be read as numbers or booleans.
     */
    private static final Pattern PLAIN =
            Pattern.compile("[A-Za-z][A-Za-z0-9]*[._-][A-Za-z0-9._-]*|[a-z]{4,}");

    private static final Pattern WORD_OF_YAML = Pattern.compile("true|false|null");

    private final StringBuilder text = new StringBuilder("rules:\n");

    private PolicyText() {}

    static String of(Policy policy) {
        var writer = new PolicyText();
        policy.rules().forEach(writer::rule);
        return writer.text.toString();
    }

    private void rule(Rule rule) {
        var parts = new LinkedHashMap<String, String>();
        rule.when().ifPresent(it -> parts.put("when", when(it)));
        if (!rule.use().isEmpty()) {
            parts.put("use", words(rule.use()));
        }
        if (!rule.split().isEmpty()) {
            parts.put("split", list(rule.split().stream().map(PolicyText::arm).toList()));
        }
        rule.cheapest().ifPresent(it -> parts.put("cheapest", cheapest(it)));
        rule.tier().ifPresent(it -> parts.put("tier", constant(it)));
        rule.ramp().ifPresent(it -> parts.put("ramp", ramp(it)));
        rule.guard().ifPresent(it -> parts.put("guard", guard(it)));
        rule.cache().ifPresent(it -> parts.put("cache", cache(it)));
        rule.buy().ifPresent(it -> parts.put("buy", constant(it)));
        var indent = "  - ";
        for (var part : parts.entrySet()) {
            text.append(indent).append(part.getKey()).append(": ").append(part.getValue());
            text.append('\n');
            indent = "    ";
        }
    }

    private static String when(When when) {
        var keys = new LinkedHashMap<String, String>();
        when.latencySensitive().ifPresent(it -> keys.put("latency_sensitive", it.toString()));
        when.reasoning().ifPresent(it -> keys.put("reasoning", it.toString()));
        put(keys, "language", words(when.language()));
        put(keys, "complexity", constants(when.complexity()));
        put(keys, "task", constants(when.task()));
        put(keys, "capabilities", constants(when.capabilities()));
        put(keys, "priority", constants(when.priority()));
        put(keys, "tenant", words(when.tenant()));
        var metadata = new LinkedHashMap<String, String>();
        when.metadata().forEach((key, values) -> metadata.put(word(key), words(values)));
        if (!metadata.isEmpty()) {
            keys.put("metadata", section(metadata));
        }
        when.maxCostUsd().ifPresent(it -> keys.put("max_cost_usd", atLeast(it)));
        when.inputTokens().ifPresent(it -> keys.put("input_tokens", range(it)));
        when.budgetLeftUsd().ifPresent(it -> keys.put("budget_left_usd", atLeast(it)));
        return section(keys);
    }

    private static void put(Map<String, String> keys, String key, String list) {
        if (!list.equals("[]")) {
            keys.put(key, list);
        }
    }

    private static String atLeast(AtLeast bound) {
        return section(Map.of("at_least", Usd.text(bound.atLeast())));
    }

    private static String range(Range range) {
        var keys = new LinkedHashMap<String, String>();
        range.atLeast().ifPresent(it -> keys.put("at_least", Long.toString(it)));
        range.below().ifPresent(it -> keys.put("below", Long.toString(it)));
        return section(keys);
    }

    private static String arm(Arm arm) {
        var keys = new LinkedHashMap<String, String>();
        keys.put("model", word(arm.model()));
        keys.put("weight", Integer.toString(arm.weight()));
        return section(keys);
    }

    private static String cheapest(Cheapest cheapest) {
        var keys = new LinkedHashMap<String, String>();
        put(keys, "among", words(cheapest.among()));
        put(keys, "tier", constants(cheapest.tier()));
        return section(keys);
    }

    private static String ramp(Ramp ramp) {
        var each = new LinkedHashMap<String, String>();
        ramp.each().goodResults().ifPresent(it -> each.put("good_results", Integer.toString(it)));
        ramp.each().time().ifPresent(it -> each.put("time", duration(it)));
        var keys = new LinkedHashMap<String, String>();
        keys.put("arm", word(ramp.arm()));
        keys.put("steps", list(ramp.steps().stream().map(PolicyText::number).toList()));
        keys.put("each", section(each));
        return section(keys);
    }

    private static String guard(Guard guard) {
        var keys = new LinkedHashMap<String, String>();
        keys.put("arm", word(guard.arm()));
        number(guard.errorRate()).ifPresent(it -> keys.put("error_rate", it));
        number(guard.p95Ratio()).ifPresent(it -> keys.put("p95_ratio", it));
        number(guard.costRatio()).ifPresent(it -> keys.put("cost_ratio", it));
        keys.put("over", Integer.toString(guard.over()));
        return section(keys);
    }

    private static String section(Map<String, String> keys) {
        return keys.isEmpty()
                ? "{}"
                : keys.entrySet().stream()
                        .map(key -> key.getKey() + ": " + key.getValue())
                        .collect(Collectors.joining(", ", "{ ", " }"));
    }

    private static String cache(RuleCache cache) {
        var keys = new LinkedHashMap<String, String>();
        cache.mode().ifPresent(it -> keys.put("mode", constant(it)));
        cache.shared().ifPresent(it -> keys.put("shared", it.toString()));
        return section(keys);
    }

    private static String words(Collection<String> words) {
        return list(words.stream().map(PolicyText::word).toList());
    }

    private static String constants(Collection<? extends Enum<?>> constants) {
        return list(constants.stream().map(PolicyText::constant).toList());
    }

    private static String list(Collection<String> items) {
        return items.stream().collect(Collectors.joining(", ", "[", "]"));
    }

    private static String constant(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static Optional<String> number(Optional<Double> number) {
        return number.map(PolicyText::number);
    }

    private static String number(double number) {
        return Usd.text(BigDecimal.valueOf(number));
    }

    /** Writes a duration in the largest unit that divides it evenly. */
    private static String duration(Duration duration) {
        var millis = duration.toMillis();
        for (var unit : Unit.values()) {
            if (millis % unit.millis == 0) {
                return millis / unit.millis + unit.name().toLowerCase(Locale.ROOT);
            }
        }
        throw new IllegalStateException("every duration has whole milliseconds");
    }

    /** The time units of a file, largest first. */
    private enum Unit {
        D(86_400_000),
        H(3_600_000),
        M(60_000),
        S(1000),
        MS(1);

        private final long millis;

        Unit(long millis) {
            this.millis = millis;
        }
    }

    private static String word(String word) {
        return PLAIN.matcher(word).matches() && !WORD_OF_YAML.matcher(word).matches()
                ? word
                : word.codePoints()
                        .mapToObj(PolicyText::character)
                        .collect(Collectors.joining("", "\"", "\""));
    }

    private static String character(int point) {
        if (point == '"' || point == '\\') {
            return "\\" + Character.toString(point);
        }
        var isPrintable = (point >= ' ' && point <= '~') || Character.isLetterOrDigit(point);
        return isPrintable ? Character.toString(point) : "\\U%08x".formatted(point);
    }
}
