package dev.millrace.standalone.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Compares the rules for Prometheus with the metrics and their tests. */
class RulesTest {
    static final Path FOLDER = MetricsPage.ROOT.resolve(Path.of("deploy", "prometheus"));

    private static final String RULES = MetricsPage.read(FOLDER.resolve("millrace.rules.yml"));
    private static final String TESTS = MetricsPage.read(FOLDER.resolve("millrace.rules.test.yml"));

    private static final Pattern EXPRESSION =
            Pattern.compile(" expr: (?:\\|\\n((?: {10}.*\\n)+)|(.*)\\n)");

    private static List<String> find(String pattern, String text) {
        List<String> found = new ArrayList<>();
        for (Matcher matcher = Pattern.compile(pattern, Pattern.MULTILINE).matcher(text);
                matcher.find(); ) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private static List<String> alerts() {
        return find("^ +- alert: (\\w+)$", RULES);
    }

    /** Returns the names of the recording rules. */
    static List<String> records() {
        return find("^ +- record: (\\S+)$", RULES);
    }

    @Test
    void expressionsNameWhatExists() {
        var known = new Expressions(MetricsPage.metrics().values(), records());
        List<String> unknown = new ArrayList<>();
        int expressions = 0;
        for (Matcher it = EXPRESSION.matcher(RULES); it.find(); ) {
            unknown.addAll(known.unknown(it.group(1) == null ? it.group(2) : it.group(1)));
            expressions++;
        }
        assertThat(unknown).isEmpty();
        assertThat(expressions).isEqualTo(alerts().size() + records().size());
    }

    @Test
    void everyAlertSaysHowUrgentItIs() {
        assertThat(alerts()).isNotEmpty().doesNotHaveDuplicates();
        assertThat(find("^ +for: (\\d+m)$", RULES)).hasSameSizeAs(alerts());
        assertThat(find("^ +labels: \\{ severity: (critical|warning|info) }$", RULES))
                .hasSameSizeAs(alerts());
        assertThat(find("^ +summary: \"(.+)\"$", RULES)).hasSameSizeAs(alerts());
    }

    @Test
    void everyAlertSaysWhereToLookAndWhatToDo() {
        assertThat(find("^ +description: \"(.+)\"$", RULES))
                .hasSameSizeAs(alerts())
                .allSatisfy(it -> assertThat(it).containsSubsequence("Look at ", "Do: "));
    }

    @Test
    void everyAlertIsTestedWhileItFires() {
        assertThat(find("^ +- alertname: (\\w+)$", TESTS)).containsAll(alerts());
    }

    @Test
    void everyAlertIsTestedWhileItDoesNotFire() {
        assertThat(find("^ +- \\{ alertname: (\\w+), eval_time: \\w+, exp_alerts: \\[] }$", TESTS))
                .containsAll(alerts());
    }
}
