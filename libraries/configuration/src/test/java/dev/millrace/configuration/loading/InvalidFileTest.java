package dev.millrace.configuration.loading;

import static dev.millrace.configuration.loading.InvalidFile.exception;
import static dev.millrace.configuration.loading.InvalidFile.problems;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.yaml.problem.ConfigException;
import dev.millrace.yaml.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages about files that are invalid as a whole. */
class InvalidFileTest {
    private static final String SECRET = "sk-very-secret-1234567890";

    @Nested
    class WhenTheFileIsNoConfiguration {
        @TempDir private Path folder;

        @Test
        void reportsAMissingFile() {
            var file = folder.resolve("none.yaml");

            assertThat(loading(file)).isEqualTo(file + ": does not exist");
        }

        @Test
        void reportsADirectory() {
            assertThat(loading(folder)).isEqualTo(folder + ": cannot be read: it is a directory");
        }

        @Test
        void reportsAFileThatIsNotUtf8() throws IOException {
            var file = Files.write(folder.resolve("m.yaml"), new byte[] {'a', ':', (byte) 0xFF});

            assertThat(loading(file)).isEqualTo(file + ": must be text in UTF-8");
        }

        @Test
        void reportsATooLargeFile() throws IOException {
            var file = Files.write(folder.resolve("m.yaml"), new byte[(1 << 20) + 1]);

            assertThat(loading(file))
                    .startsWith(file + ": must be a configuration of at most 1MiB");
        }

        @Test
        void reportsTheLineOfInvalidYaml() {
            assertThat(problems("worker:\n  models: [a, b\nsink: {}\n"))
                    .containsExactly("m.yaml:3: is not YAML: while parsing a flow sequence");
        }

        @Test
        void reportsControlCharacters() {
            assertThat(problems("worker: \"\u0000\""))
                    .singleElement()
                    .asString()
                    .contains("is not YAML");
        }

        @Test
        void rejectsAListAtTheTop() {
            assertThat(problems("- providers\n- models\n"))
                    .containsExactly("m.yaml:1: must have keys at the top, not a list");
        }

        @Test
        void rejectsTextAtTheTop() {
            assertThat(problems("just text"))
                    .containsExactly("m.yaml:1: must have keys at the top, not text");
        }

        @Test
        void rejectsASecondDocument() {
            assertThat(problems("topics: {}\n---\nsink: {}\n"))
                    .containsExactly(
                            "m.yaml:3: must contain one YAML document, but there is a second one");
        }

        @Test
        void rejectsAliases() {
            assertThat(problems("topics: &t {}\nsink: *t\n"))
                    .first()
                    .isEqualTo(
                            "m.yaml:2: sink: must be written out, aliases (*name) are not supported");
        }

        private static String loading(Path file) {
            return catchThrowableOfType(
                            ConfigException.class, () -> new ConfigLoader(Map.of()).load(file))
                    .problems()
                    .getFirst()
                    .toString();
        }
    }

    @Nested
    class WhenAReferenceCannotBeResolved {
        @Test
        void namesTheUnsetVariable() {
            assertThat(problems("topics:\n  prefix: ${PREFIX}\n  partitions: ${N:-four}\n"))
                    .containsExactly(
                            "m.yaml:2: topics.prefix: environment variable PREFIX is not set",
                            "m.yaml:3: topics.partitions: must be a whole number, was a value from the environment or a file");
        }

        @Test
        void namesTheUnreadableFile() {
            assertThat(problems("topics:\n  prefix: ${file:/no/such/file}\n"))
                    .containsExactly("m.yaml:2: topics.prefix: file /no/such/file cannot be read");
        }

        @Test
        void explainsTheSyntax() {
            assertThat(problems("topics:\n  prefix: ${my prefix}\n"))
                    .first()
                    .isEqualTo(
                            "m.yaml:2: topics.prefix: must use the form ${NAME}, ${NAME:-default} or ${file:/absolute/path}");
        }

        @Test
        void ignoresUnsetProviderKeys() {
            var config =
                    new ConfigLoader(Map.of())
                            .parse(
                                    "m.yaml",
                                    """
                                    providers:
                                      openai: { wire: openai, base_url: "https://h/v1", api_key: "${KEY}" }
                                    """);

            assertThat(config.provider("openai")).isPresent();
        }
    }

    @Nested
    class WhenThereAreSeveralProblems {
        private final ConfigException thrown =
                exception(
                        """
                        workers: {}
                        topics: { partitions: 0 }
                        providers:
                          a: { wire: smoke, base_url: "ftp://h" }
                          b: {}
                        models:
                          mine: { provider: c }
                        sink:
                          jdbc_url: mysql
                          webhooks: [ { url: x } ]
                        """);

        @Test
        void reportsAllProblemsInFileOrder() {
            assertThat(thrown.problems())
                    .extracting(Problem::toString)
                    .containsExactly(
                            "m.yaml:1: workers: is not a known key, did you mean worker?",
                            "m.yaml:2: topics.partitions: must be 1 to 10000, was 0",
                            "m.yaml:4: providers.a.wire: must be openai or anthropic, was smoke",
                            "m.yaml:4: providers.a.base_url: must be an http or https address, such as https://api.openai.com/v1",
                            "m.yaml:5: providers.b.wire: is missing, must be openai or anthropic",
                            "m.yaml:5: providers.b.base_url: is required, such as https://api.openai.com/v1",
                            "m.yaml:7: models.mine.price: is required: input and output in US dollars per million tokens",
                            "m.yaml:7: models.mine.provider: must be one of providers, but \"c\" is not, known names are a, b",
                            "m.yaml:9: sink.jdbc_url: must begin with jdbc:sqlite: or jdbc:postgresql:",
                            "m.yaml:10: sink.webhooks[0].secret: is missing",
                            "m.yaml:10: sink.webhooks[0].url: must be an http or https address",
                            "m.yaml:10: sink.webhooks[0].events: must name at least one event, such as batch.completed");
        }

        @Test
        void printsOneLinePerProblem() {
            assertThat(thrown.getMessage().lines())
                    .startsWith(
                            "The configuration has 12 problems:",
                            "  m.yaml:1: workers: is not a known key, did you mean worker?")
                    .hasSize(13);
        }

        @Test
        void carriesNoStackTrace() {
            assertThat(thrown.getStackTrace()).isEmpty();
        }
    }

    @Nested
    class WhenTheFileContainsSecrets {
        @Test
        void neverQuotesASecret() {
            var environment = Map.of("KEY", SECRET, "MULTI", SECRET + "\nx: [");
            for (var yaml :
                    List.of(
                            "topics: { partitions: \"${KEY}\" }",
                            "providers: { a: { wire: \"${KEY}\", base_url: \"${KEY}\", api_key: \"${KEY}\" } }",
                            "providers: { a: { wire: openai, base_url: \"https://u:"
                                    + SECRET
                                    + "@h/v1\" } }",
                            "providers: { a: { wire: openai, api_key: [" + SECRET + "] } }",
                            "providers:\n  a:\n    api_key: \"" + SECRET + "\n    wire: openai\n",
                            "providers:\n  a:\n    api_key: " + SECRET + ": x\n",
                            "providers:\n  a:\n    api_key: {" + SECRET + "\n",
                            "providers:\n  a:\n    api_key: @" + SECRET + "\n",
                            "kafka: { sasl.jaas.config: \"" + SECRET + "\" }",
                            "kafka: { bootstrap.servers: h, ssl.key.password: [" + SECRET + "] }",
                            "sink: { jdbc_url: \"jdbc:mysql://h?password=" + SECRET + "\" }",
                            "worker: { models: [ \"${KEY}\" ] }",
                            "topics: { prefix: \"${MULTI}\" }")) {
                var thrown = exception(yaml, environment);

                assertThat(thrown.toString()).as(yaml).doesNotContain("very-secret");
                assertThat(thrown.problems().toString()).as(yaml).doesNotContain("very-secret");
                assertThat(thrown.getCause()).isNull();
            }
        }
    }
}
