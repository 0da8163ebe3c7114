package dev.millrace.contracts.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.contracts.yaml.Problem;
import java.util.List;
import java.util.Map;

/** Reads files that cannot be used, as {@code m.yaml}. */
final class InvalidFile {
    private InvalidFile() {}

    /** What is said, without what is said of keys that are not yet supported and named here. */
    static List<String> problems(String yaml, String... besides) {
        return exception(yaml).problems().stream()
                .filter(
                        problem ->
                                List.of(besides).stream().noneMatch(problem.keyPath()::endsWith)
                                        || !problem.message().startsWith("is not supported yet"))
                .map(Problem::toString)
                .toList();
    }

    /** What is thrown. */
    static ConfigException exception(String yaml) {
        return exception(yaml, Map.of());
    }

    /** What is thrown in an environment. */
    static ConfigException exception(String yaml, Map<String, String> environment) {
        var thrown =
                catchThrowableOfType(
                        ConfigException.class,
                        () -> new ConfigLoader(environment).parse("m.yaml", yaml));
        assertThat(thrown).as(yaml).isNotNull();
        return thrown;
    }
}
