package dev.millrace.standalone.monitoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The metrics that {@code docs/metrics.md} lists. */
final class MetricsPage {
    static final Path ROOT = Path.of("..");

    private static final Path PAGE = ROOT.resolve(Path.of("docs", "metrics.md"));
    private static final Path ROUTER =
            Path.of("router-stream", "src", "main", "java", "dev", "millrace", "router");

    /** The folders of features by the sections with their metrics. */
    private static final Map<String, Path> FEATURES =
            Map.of(
                    "Guards", ROUTER.resolve("guards"),
                    "Cache", ROUTER.resolve("cache"),
                    "Semantic cache", ROUTER.resolve("semantic"),
                    "Long documents", ROUTER.resolve("documents"),
                    "Budgets", ROUTER.resolve("budget"),
                    "Webhooks", Path.of("features", "webhooks"),
                    "Traces", Path.of("features", "traces"),
                    "Retrieval", Path.of("features", "retrieval"));

    private static final Pattern ROW =
            Pattern.compile("^\\| `(millrace_\\w+)` \\| (\\w+) \\|([^|]*)\\|", Pattern.MULTILINE);
    private static final Pattern CODE = Pattern.compile("`(\\w+)`");

    private MetricsPage() {}

    /**
     * A metric family.
     *
     * @param name as Prometheus shows it, without the suffixes of a summary
     * @param type {@code counter}, {@code gauge} or {@code summary}
     * @param labels names of its labels
     */
    record Metric(String name, String type, Set<String> labels) {

        /** Returns the names of the series. */
        List<String> series() {
            return type.equals("summary")
                    ? List.of(name + "_count", name + "_sum", name + "_max")
                    : List.of(name);
        }

        /** Returns the possible names of the meter in the code. */
        List<String> meters() {
            String dotted = name.replace('_', '.');
            return switch (type) {
                case "counter" -> List.of(dotted.replaceAll("\\.total$", ""));
                case "summary" -> List.of(dotted, dotted.replaceAll("\\.seconds$", ""));
                default -> List.of(dotted);
            };
        }
    }

    /** Returns the metrics by name, in the order of the page. */
    static Map<String, Metric> metrics() {
        return metrics(read(PAGE));
    }

    /** Returns the metrics whose code is there: those of deleted features are left out. */
    static Map<String, Metric> present() {
        String page = read(PAGE);
        for (Map.Entry<String, Path> feature : FEATURES.entrySet()) {
            String heading = "\n## " + feature.getKey() + "\n";
            if (!page.contains(heading)) {
                throw new AssertionError("the page has no section " + feature.getKey());
            }
            if (!Files.isDirectory(ROOT.resolve(feature.getValue()))) {
                int start = page.indexOf(heading);
                int end = page.indexOf("\n## ", start + 1);
                page = page.substring(0, start) + (end < 0 ? "" : page.substring(end));
            }
        }
        return metrics(page);
    }

    private static Map<String, Metric> metrics(String page) {
        var metrics = new LinkedHashMap<String, Metric>();
        ROW.matcher(page)
                .results()
                .map(MetricsPage::metric)
                .forEach(it -> metrics.put(it.name(), it));
        return metrics;
    }

    private static Metric metric(MatchResult row) {
        Set<String> labels = new TreeSet<>();
        CODE.matcher(row.group(3)).results().forEach(it -> labels.add(it.group(1)));
        return new Metric(row.group(1), row.group(2), labels);
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
