package dev.millrace.standalone.option;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.When;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks the examples in {@code docs/policies.md}. */
class PoliciesPageTest {
    private static final Path PAGE = Path.of("..", "docs", "policies.md");

    @Test
    void examplesAreValidPolicies() throws IOException {
        assertThat(examples())
                .hasSize(3)
                .allSatisfy(
                        it ->
                                assertThat(
                                                PolicyFile.parse(
                                                        "docs/policies.md", it, Catalog.shipped()))
                                        .isNotEmpty());
    }

    @Test
    void showsTheShippedPolicyUnchanged() throws IOException {
        assertThat(PolicyFile.parse("page", examples().getFirst(), Catalog.shipped()))
                .containsEntry("default", Policy.SHIPPED);
    }

    @Test
    void showsTheRuleOfTheTrialUnchanged() throws IOException {
        String page = Files.readString(PAGE);
        String rule = page.substring(page.indexOf("```\n      - when:") + 4);

        assertThat(Files.readString(Path.of("..", "examples", "canary.yaml")))
                .contains(rule.substring(0, rule.indexOf("```")));
    }

    @Test
    void trialDiffersFromTheShippedPolicyInOneRule() throws IOException {
        var example = Files.readString(Path.of("..", "examples", "canary.yaml"));
        Policy trial =
                Objects.requireNonNull(
                        PolicyFile.parse("canary.yaml", example, Catalog.shipped()).get("default"));

        assertThat(Policy.SHIPPED.rules()).hasSameSizeAs(trial.rules());
        assertThat(trial.rules())
                .filteredOn(rule -> !Policy.SHIPPED.rules().contains(rule))
                .hasSize(1);
    }

    @Test
    void documentsEveryCondition() throws IOException {
        var page = Files.readString(PAGE);

        assertThat(
                        Arrays.stream(When.class.getRecordComponents())
                                .map(it -> snakeCase(it.getName())))
                .allSatisfy(
                        key -> assertThat(page).containsPattern("\\| `" + key + "(:[^`]*)?` \\|"));
    }

    @Test
    void namesTheVersionOfTheShippedPolicy() throws IOException {
        assertThat(Files.readString(PAGE)).contains("file-" + Policy.SHIPPED.fingerprint());
    }

    private static String snakeCase(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    private static List<String> examples() throws IOException {
        return Pattern.compile("(?ms)^```yaml\\n(.*?)^```$")
                .matcher(Files.readString(PAGE))
                .results()
                .map(it -> it.group(1))
                .toList();
    }
}
