package dev.millrace.standalone.monitoring;

import dev.millrace.standalone.monitoring.MetricsPage.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds names in PromQL expressions that no metric and no recording rule has. */
final class Expressions {
    /** Labels that Prometheus adds. */
    private static final Set<String> TARGET_LABELS = Set.of("instance", "job");

    private static final Pattern NAME =
            Pattern.compile("(?<![\\w:])(?:\\w+(?::\\w+)+|millrace_\\w+)");
    private static final Pattern SELECTOR = Pattern.compile("([\\w:]+)\\{([^}]*)}");
    private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)");
    private static final Pattern GROUPING =
            Pattern.compile("\\b(?:by|without|on|ignoring)\\s*\\(([^)]*)\\)");

    private final Map<String, Set<String>> labelsByName = new HashMap<>();
    private final Set<String> allLabels = new TreeSet<>(TARGET_LABELS);

    /**
     * Creates a check.
     *
     * @param records names of the recording rules; the labels of a record are in front of its first
     *     colon, separated by an underscore
     */
    Expressions(Iterable<Metric> metrics, Iterable<String> records) {
        for (Metric metric : metrics) {
            metric.series().forEach(it -> labelsByName.put(it, metric.labels()));
            allLabels.addAll(metric.labels());
        }
        for (String it : records) {
            String labels = it.substring(0, it.indexOf(':'));
            labelsByName.put(it, Set.copyOf(Arrays.asList(labels.split("_"))));
        }
    }

    /** Returns the names and labels of the expression that do not exist. */
    List<String> unknown(String expression) {
        String code = expression.replaceAll("\"[^\"]*\"", "\"\"");
        List<String> unknown = new ArrayList<>();
        for (Matcher it = NAME.matcher(code); it.find(); ) {
            if (!labelsByName.containsKey(it.group())) {
                unknown.add(it.group());
            }
        }
        SELECTOR.matcher(code).results().forEach(it -> addUnknownLabels(it, unknown));
        for (Matcher it = GROUPING.matcher(code); it.find(); ) {
            Arrays.stream(it.group(1).split(",", -1))
                    .map(String::strip)
                    .filter(label -> !label.isEmpty() && !allLabels.contains(label))
                    .forEach(unknown::add);
        }
        return unknown;
    }

    private void addUnknownLabels(MatchResult selector, List<String> unknown) {
        Set<String> labels = labelsByName.getOrDefault(selector.group(1), Set.of());
        LABEL.matcher(selector.group(2))
                .results()
                .map(it -> it.group(1))
                .filter(it -> !labels.contains(it) && !TARGET_LABELS.contains(it))
                .forEach(it -> unknown.add(selector.group(1) + "{" + it + "}"));
    }
}
