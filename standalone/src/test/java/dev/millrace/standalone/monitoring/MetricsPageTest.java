package dev.millrace.standalone.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.monitoring.MetricsPage.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compares the page of metrics with the names of meters in the code. */
class MetricsPageTest {
    private static final List<String> MODULES =
            List.of(
                    "router-stream",
                    "worker",
                    "results-sink",
                    "features/retrieval",
                    "features/webhooks",
                    "features/traces",
                    "gateway",
                    "standalone");

    private static final Pattern PREFIX = Pattern.compile("\"(millrace\\.(?:[a-z]+\\.)+)\"");
    private static final Pattern NAME = Pattern.compile("\"(millrace\\.[a-z.]*[a-z])\"");
    private static final Pattern SUFFIX = Pattern.compile("\"([a-z]+(?:\\.[a-z]+)*)\"");

    /** A suffix that is appended to the prefix, directly or by a called method. */
    private static final Pattern REGISTERED =
            Pattern.compile(
                    "(?:PREFIX\\s*\\+|\\b(?:gauge|counter|perTenant|set)\\(\\s*(?:\\w+,)?)\\s*"
                            + SUFFIX);

    private final List<String> sources = new ArrayList<>();

    @BeforeEach
    void readSources() throws IOException {
        for (String module : MODULES) {
            Path source = MetricsPage.ROOT.resolve(Path.of(module, "src", "main", "java"));
            if (!Files.isDirectory(source)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(source)) {
                files.filter(it -> it.toString().endsWith(".java"))
                        .map(MetricsPage::read)
                        .filter(it -> it.contains("io.micrometer."))
                        .forEach(sources::add);
            }
        }
    }

    private static Set<String> find(Pattern pattern, String source) {
        Set<String> found = new TreeSet<>();
        for (Matcher matcher = pattern.matcher(source); matcher.find(); ) {
            found.add(matcher.group(1));
        }
        return found;
    }

    /** Returns all strings of the code that can be names of meters. */
    private Set<String> possibleNames() {
        Set<String> names = new TreeSet<>();
        for (String source : sources) {
            names.addAll(find(NAME, source));
            for (String prefix : find(PREFIX, source)) {
                find(SUFFIX, source).forEach(it -> names.add(prefix + it));
            }
        }
        return names;
    }

    /** Returns names of the code that certainly are names of meters. */
    private Set<String> certainNames() {
        Set<String> names = new TreeSet<>();
        for (String source : sources) {
            names.addAll(find(NAME, source));
            for (String prefix : find(PREFIX, source)) {
                find(REGISTERED, source).forEach(it -> names.add(prefix + it));
            }
        }
        return names;
    }

    @Test
    void everyListedMetricIsInTheCode() {
        Set<String> names = possibleNames();
        assertThat(MetricsPage.present().values())
                .isNotEmpty()
                .allSatisfy(it -> assertThat(names).containsAnyElementsOf(it.meters()));
    }

    @Test
    void everyMeterOfTheCodeIsListed() {
        List<String> listed =
                MetricsPage.present().values().stream()
                        .flatMap(it -> it.meters().stream())
                        .toList();
        assertThat(certainNames()).hasSizeGreaterThan(50);
        assertThat(listed).containsAll(certainNames());
    }

    @Test
    void namesFollowTheTypes() {
        assertThat(MetricsPage.metrics().values())
                .extracting(Metric::type)
                .containsOnly("counter", "gauge", "summary");
        assertThat(MetricsPage.metrics().values())
                .allSatisfy(
                        it ->
                                assertThat(it.name().endsWith("_total"))
                                        .as(it.name())
                                        .isEqualTo(it.type().equals("counter")));
    }
}
