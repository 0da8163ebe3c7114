package dev.millrace.configuration.loading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.yaml.problem.ConfigException;
import dev.millrace.yaml.problem.Problem;
import java.util.List;
import java.util.Map;

/** Loads invalid files under the name {@code m.yaml}. */
final class InvalidFile {
    private InvalidFile() {}

    static List<String> problems(String yaml) {
        return exception(yaml).problems().stream().map(Problem::toString).toList();
    }

    static ConfigException exception(String yaml) {
        return exception(yaml, Map.of());
    }

    /** Returns the exception for a file with environment variables. */
    static ConfigException exception(String yaml, Map<String, String> environment) {
        var thrown =
                catchThrowableOfType(
                        ConfigException.class,
                        () -> new ConfigLoader(environment).parse("m.yaml", yaml));
        assertThat(thrown).as(yaml).isNotNull();
        return thrown;
    }
}
