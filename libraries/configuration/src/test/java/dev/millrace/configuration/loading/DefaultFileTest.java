package dev.millrace.configuration.loading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.yaml.problem.Problem;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The annotated file that {@code millrace init} writes. */
class DefaultFileTest {
    private static final String TEXT =
            Resources.text("/dev/millrace/configuration/millrace-default.yaml");

    @Test
    void loadsWithoutAnyKey() {
        var config = new ConfigLoader(Map.of()).parse("millrace.yaml", TEXT);

        assertThat(config.problemsOfProviders(Set.of("openai")))
                .extracting(Problem::toString)
                .containsExactly(
                        "millrace.yaml: providers.openai.api_key: environment variable OPENAI_API_KEY is not set");
    }

    @Test
    void callsOnlyProvidersWhoseKeysAreSet() {
        var config =
                new ConfigLoader(Map.of("OPENAI_API_KEY", "sk-0123456789abcdef01"))
                        .parse("millrace.yaml", TEXT);

        assertThat(config.problemsOfProviders(Set.of("openai"))).isEmpty();
    }

    @Test
    void putsEveryShippedModelIntoService() {
        var config = new ConfigLoader(Map.of()).parse("millrace.yaml", TEXT);

        assertThat(config.modelsInService()).isEqualTo(Catalog.shipped().models());
    }

    @Test
    void documentsTheActualDefaults() {
        var config = new ConfigLoader(Map.of()).parse("millrace.yaml", TEXT);
        var defaults = ConfigLoader.defaults();

        assertThat(config.worker()).isEqualTo(defaults.worker());
        assertThat(config.policies()).isEqualTo(defaults.policies());
        assertThat(config.metrics()).isEqualTo(defaults.metrics());
        assertThat(config.topics()).isEqualTo(defaults.topics());
    }

    @Test
    void staysValidWithItsExamplesUncommented() {
        // An example is a comment with one space followed by keys; a sentence begins with a capital
        // letter.
        var examples = TEXT.replaceAll("(?m)^# ( *[a-z_.-]+[a-z0-9_.-]*:( .*)?)$", "$1");

        var config = new ConfigLoader(Map.of()).parse("millrace.yaml", examples);

        assertThat(config.catalog().find("my-model")).isPresent();
        assertThat(config.isEmbedded()).isFalse();
    }
}
