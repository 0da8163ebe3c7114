package dev.millrace.contracts.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.contracts.yaml.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said about files that cannot be used. */
class BadFileTest {
    private static final String SECRET = "sk-very-secret-1234567890";

    @Nested
    class WhenItIsNoConfigurationAtAll {
        @TempDir private Path folder;

        @Test
        void tellsThatTheFileDoesNotExist() {
            var file = folder.resolve("none.yaml");

            assertThat(loading(file)).isEqualTo(file + ": does not exist");
        }

        @Test
        void tellsThatItIsAFolder() {
            assertThat(loading(folder)).isEqualTo(folder + ": cannot be read: it is a folder");
        }

        @Test
        void tellsThatItIsNotText() throws IOException {
            var file = Files.write(folder.resolve("m.yaml"), new byte[] {'a', ':', (byte) 0xFF});

            assertThat(loading(file)).isEqualTo(file + ": must be text in UTF-8");
        }

        @Test
        void tellsThatItIsFarTooLong() throws IOException {
            var file = Files.write(folder.resolve("m.yaml"), new byte[(1 << 20) + 1]);

            assertThat(loading(file))
                    .startsWith(file + ": must be a configuration of at most 1MiB");
        }

        @Test
        void tellsTheLineThatIsNotYaml() {
            assertThat(problems("worker:\n  models: [a, b\nsink: {}\n"))
                    .containsExactly("m.yaml:3: is not YAML: while parsing a flow sequence");
        }

        @Test
        void tellsThatControlCharactersAreNotYaml() {
            assertThat(problems("worker: \"\u0000\""))
                    .singleElement()
                    .asString()
                    .contains("is not YAML");
        }

        @Test
        void asksForKeysInsteadOfAList() {
            assertThat(problems("- providers\n- models\n"))
                    .containsExactly(
                            "m.yaml:1: must have keys at the top, such as providers:, not a list");
        }

        @Test
        void asksForKeysInsteadOfText() {
            assertThat(problems("just text"))
                    .containsExactly(
                            "m.yaml:1: must have keys at the top, such as providers:, not text");
        }

        @Test
        void refusesASecondDocument() {
            assertThat(problems("topics: {}\n---\nsink: {}\n"))
                    .containsExactly(
                            "m.yaml:3: must hold one YAML document, there is a second one");
        }

        @Test
        void refusesAliases() {
            assertThat(problems("topics: &t {}\nsink: *t\n"))
                    .first()
                    .isEqualTo("m.yaml:2: sink: must be written out, aliases (*name) are not read");
        }

        private static String loading(Path file) {
            return thrownBy(() -> new ConfigLoader(Map.of()).load(file)).getFirst().toString();
        }
    }

    @Nested
    class WhenAKeyIsWrong {
        @Test
        void guessesWhatWasMeant() {
            assertThat(problems("worker:\n  max_inflight: 7\n"))
                    .containsExactly(
                            "m.yaml:2: worker.max_inflight: is not a known key, did you mean max_in_flight?");
        }

        @Test
        void listsTheKnownKeysIfItHasNoGuess() {
            assertThat(problems("metrics: { frequency: 7s }"))
                    .containsExactly(
                            "m.yaml:1: metrics.frequency: is not a known key, known are listen");
        }

        @Test
        void looksAtTheTopAndDeepDown() {
            assertThat(
                            problems(
                                    """
                                    provider: {}
                                    worker:
                                      timeouts:
                                        firstbyte: 3s
                                    """))
                    .containsExactly(
                            "m.yaml:1: provider: is not a known key, did you mean providers?",
                            "m.yaml:4: worker.timeouts.firstbyte: is not a known key, did you mean first_byte?");
        }

        @Test
        void refusesToReadOneTwice() {
            assertThat(problems("topics: { partitions: 1 }\nsink: {}\ntopics: {}\n"))
                    .containsExactly(
                            "m.yaml:3: topics: must be there once, it is already on line 1");
        }
    }

    @Nested
    class WhenAValueIsOfTheWrongType {
        @Test
        void tellsWhatWasExpectedAndWhatIsThere() {
            assertThat(
                            problems(
                                    """
                                    topics:
                                      partitions: many
                                      max_request_bytes: 16 megabytes
                                    worker:
                                      commit_interval: 10
                                      backoff: { multiplier: [2] }
                                      timeouts: 30s
                                      models: { gpt-4.1: yes }
                                    router:
                                      cache: { shared_between_tenants: 1 }
                                    metrics:
                                      listen: 9464
                                    models:
                                      gpt-4.1: { tier: best, aliases: gpt, context_window: 1.5 }
                                    """,
                                    "router.cache"))
                    .containsExactly(
                            "m.yaml:2: topics.partitions: must be a whole number, was many",
                            "m.yaml:3: topics.max_request_bytes: must be a size such as 64KiB, 256MiB or plain bytes, was 16 megabytes",
                            "m.yaml:5: worker.commit_interval: must be a duration such as 500ms, 30s, 5m, 24h or 30d, was 10",
                            "m.yaml:6: worker.backoff.multiplier: must be a number, was a list",
                            "m.yaml:7: worker.timeouts: must be a section with keys of its own, was text",
                            "m.yaml:8: worker.models: must be a list, was a section with keys",
                            "m.yaml:10: router.cache.shared_between_tenants: must be true or false, was 1",
                            "m.yaml:12: metrics.listen: must be host:port, such as 127.0.0.1:9464, was 9464",
                            "m.yaml:14: models.gpt-4.1.aliases: must be a list, was text",
                            "m.yaml:14: models.gpt-4.1.tier: must be premium or balanced or economy, was best",
                            "m.yaml:14: models.gpt-4.1.context_window: must be a whole number, was 1.5");
        }

        @Test
        void tellsThatNothingIsThere() {
            assertThat(problems("topics:\n  prefix:\n  partitions: ~\n"))
                    .containsExactly(
                            "m.yaml:2: topics.prefix: must be text, was nothing",
                            "m.yaml:3: topics.partitions: must be a whole number, was nothing");
        }

        @Test
        void refusesNumbersThatNoMachineCanHold() {
            assertThat(problems("topics: { partitions: 1e99, max_request_bytes: 99999999999TiB }"))
                    .hasSize(2);
        }
    }

    @Nested
    class WhenAValueBreaksItsRule {
        @Test
        void tellsEveryRuleOfASection() {
            assertThat(
                            problems(
                                    """
                                    worker:
                                      max_in_flight: 0
                                      max_attempts: 101
                                      max_held_bytes: 1
                                      backoff: { initial: 0s, max: 1ms }
                                    """))
                    .containsExactly(
                            "m.yaml:2: worker.max_in_flight: must be 1 to 100000, was 0",
                            "m.yaml:3: worker.max_attempts: must be 1 to 100, was 101",
                            "m.yaml:4: worker.max_held_bytes: must be 1MiB or more, was 1",
                            "m.yaml:5: worker.backoff.initial: must be longer than 0s",
                            "m.yaml:5: worker.backoff.max: must not be shorter than initial");
        }

        @Test
        void refusesEveryKafkaPropertyThatTheGuaranteesRestOn() {
            assertThat(
                            problems(
                                    """
                                    kafka:
                                      bootstrap.servers: b:9092
                                      isolation.level: read_uncommitted
                                      acks: 1
                                      consumer.auto.offset.reset: latest
                                    """))
                    .containsExactly(
                            "m.yaml:3: kafka.isolation.level: cannot be set: only committed records may be read",
                            "m.yaml:4: kafka.acks: cannot be set: exactly-once results rest on it",
                            "m.yaml:5: kafka.consumer.auto.offset.reset: cannot be set: lost offsets must stop a partition, not skip or repeat jobs");
        }

        @Test
        void asksForTheBrokers() {
            assertThat(problems("kafka: {}"))
                    .containsExactly(
                            "m.yaml:1: kafka.bootstrap.servers: must name the brokers, as host:port,host:port");
        }
    }

    @Nested
    class WhenAModelIsWrong {
        @Test
        void asksForTheProviderAndThePriceOfANewOne() {
            assertThat(problems("models:\n  my-model:\n    tier: economy\n"))
                    .containsExactly(
                            "m.yaml:2: models.my-model.provider: must be there: the name of one of the providers",
                            "m.yaml:2: models.my-model.price: must be there: input and output in US dollars per million tokens");
        }

        @Test
        void asksForEachPartOfAPrice() {
            assertThat(
                            problems(
                                    """
                                    models:
                                      gpt-4.1:
                                        price: { input: -1, cached_input: cheap, above: { input_tokens: 0, input: 1 } }
                                    """))
                    .containsExactlyInAnyOrder(
                            "m.yaml:3: models.gpt-4.1.price.output: is missing",
                            "m.yaml:3: models.gpt-4.1.price.cached_input: must be a number, was cheap",
                            "m.yaml:3: models.gpt-4.1.price.above.output: is missing",
                            "m.yaml:3: models.gpt-4.1.price.above.input_tokens: must be 1 or more, was 0",
                            "m.yaml:3: models.gpt-4.1.price.input: must be 0 to 1000000 US dollars per million tokens");
        }

        @Test
        void refusesAnUnknownProvider() {
            assertThat(
                            problems(
                                    """
                                    providers:
                                      openai: { wire: openai, base_url: "https://api.openai.com/v1" }
                                    models:
                                      mine: { provider: opnai, price: { input: 1, output: 2 } }
                                    """))
                    .containsExactly(
                            "m.yaml:4: models.mine.provider: must be one of providers, \"opnai\" is none, did you mean openai?");
        }

        @Test
        void refusesNamesThatAreTaken() {
            assertThat(problems("models:\n  qwen-turbo:\n    aliases: [gpt-4.1-turbo, gpt-4.1]\n"))
                    .containsExactly(
                            "m.yaml:3: models.qwen-turbo.aliases: must be unique, gpt-4.1-turbo already stands for gpt-4.1",
                            "m.yaml:3: models.qwen-turbo.aliases: must be unique, gpt-4.1 already stands for gpt-4.1");
        }

        @Test
        void refusesAChainThatLeadsNowhere() {
            assertThat(problems("models:\n  qwen-turbo:\n    fallback: [qwen-max]\n", "fallback"))
                    .contains(
                            "m.yaml:3: models.qwen-turbo.fallback: must name models of the catalog, qwen-max is none");
        }
    }

    @Nested
    class WhenSomethingElseIsNamedThatIsNotThere {
        @Test
        void refusesUnknownModelsAndPolicies() {
            assertThat(
                            problems(
                                    """
                                    worker: { models: [gpt-4.2] }
                                    router: { default_policy: cheep }
                                    policies:
                                      cheap: { rules: [ { use: [quen-turbo, deepseek-chat-v3] } ] }
                                    """))
                    .containsExactly(
                            "m.yaml:1: worker.models: must be one of models, \"gpt-4.2\" is none, did you mean gpt-4.1?",
                            "m.yaml:2: router.default_policy: must be one of policies, \"cheep\" is none, did you mean cheap?",
                            "m.yaml:4: policies.cheap.rules[0].use: must be one of models, \"quen-turbo\" is none, did you mean qwen-turbo?");
        }

        @Test
        void refusesUnknownModelsInEveryKindOfRule() {
            assertThat(
                            problems(
                                    """
                                    policies:
                                      mine:
                                        rules:
                                          - when: { reasoning: true }
                                            split:
                                              - { model: gpt-4.1, weight: 1 }
                                              - { model: gpt-4.2, weight: 1 }
                                          - cheapest: { among: [quen-turbo] }
                                    """))
                    .containsExactly(
                            "m.yaml:5: policies.mine.rules[0].split: must be one of models, \"gpt-4.2\" is none, did you mean gpt-4.1?",
                            "m.yaml:8: policies.mine.rules[1].cheapest.among: must be one of models, \"quen-turbo\" is none, did you mean qwen-turbo?");
        }

        @Test
        void refusesWhatIsNotBuiltYet() {
            assertThat(
                            problems(
                                    """
                                    policies:
                                      mine:
                                        rules:
                                          - when: { budget_left_usd: { at_least: 5 } }
                                            tier: premium
                                          - tier: economy
                                    """))
                    .containsExactly(
                            "m.yaml:4: policies.mine.rules[0].when.budget_left_usd: is not yet supported: budgets are not counted yet");
        }

        @Test
        void refusesRulesThatAreNeverReached() {
            assertThat(
                            problems(
                                    "policies: { default: { rules: [ { use: [gpt-4.1] }, { when: { reasoning: true }, use: [qwen-turbo] } ] } }"))
                    .containsExactly(
                            "m.yaml:1: policies.default.rules: must have none with when after the one without, which always decides");
        }

        @Test
        void asksForTheNameOfAModelThatAWorkerServes() {
            assertThat(problems("worker: { models: gpt-4.1-turbo }"))
                    .singleElement()
                    .asString()
                    .contains("is none");
        }

        @Test
        void reportsAModelWhoseOwnSectionIsWrongOnlyThere() {
            assertThat(
                            problems(
                                    """
                                    models:
                                      mine: { price: { input: 1, output: 2 }, aliases: [my] }
                                    policies:
                                      default: { rules: [ { use: [mine, my] } ] }
                                    """))
                    .containsExactly(
                            "m.yaml:2: models.mine.provider: must be there: the name of one of the providers");
        }
    }

    @Nested
    class WhenAReferenceCannotBeReplaced {
        @Test
        void namesTheVariableThatIsNotSet() {
            assertThat(problems("topics:\n  prefix: ${PREFIX}\n  partitions: ${N:-four}\n"))
                    .containsExactly(
                            "m.yaml:2: topics.prefix: environment variable PREFIX is not set",
                            "m.yaml:3: topics.partitions: must be a whole number, was something else, from the environment or a file");
        }

        @Test
        void namesTheFileThatCannotBeRead() {
            assertThat(problems("topics:\n  prefix: ${file:/no/such/file}\n"))
                    .containsExactly("m.yaml:2: topics.prefix: file /no/such/file cannot be read");
        }

        @Test
        void explainsTheSpelling() {
            assertThat(problems("topics:\n  prefix: ${my prefix}\n"))
                    .first()
                    .isEqualTo(
                            "m.yaml:2: topics.prefix: must refer as ${NAME}, ${NAME:-default} or ${file:/absolute/path}");
        }

        @Test
        void saysNothingAboutKeysOfProvidersThatMayNotBeNeeded() {
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
    class WhenSeveralThingsAreWrong {
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
        void reportsAllOfThemInTheOrderOfTheFile() {
            assertThat(thrown.problems())
                    .extracting(Problem::toString)
                    .containsExactly(
                            "m.yaml:1: workers: is not a known key, did you mean worker?",
                            "m.yaml:2: topics.partitions: must be 1 to 10000, was 0",
                            "m.yaml:4: providers.a.wire: must be openai or anthropic, was smoke",
                            "m.yaml:4: providers.a.base_url: must be an http or https address, such as https://api.openai.com/v1",
                            "m.yaml:5: providers.b.wire: is missing",
                            "m.yaml:5: providers.b.base_url: must be there, such as https://api.openai.com/v1",
                            "m.yaml:7: models.mine.price: must be there: input and output in US dollars per million tokens",
                            "m.yaml:7: models.mine.provider: must be one of providers, \"c\" is none, known are a, b",
                            "m.yaml:9: sink.jdbc_url: must begin with jdbc:sqlite: or jdbc:postgresql:",
                            "m.yaml:10: sink.webhooks[0].secret: is missing",
                            "m.yaml:10: sink.webhooks[0].url: must be an http or https address",
                            "m.yaml:10: sink.webhooks[0].events: must name at least one event, such as batch.completed",
                            "m.yaml:10: sink.webhooks: is not yet supported: nobody is told of events yet");
        }

        @Test
        void readsAsOneMessageOfManyLines() {
            assertThat(thrown.getMessage().lines())
                    .startsWith(
                            "The configuration has 13 problems:",
                            "  m.yaml:1: workers: is not a known key, did you mean worker?")
                    .hasSize(14);
        }

        @Test
        void carriesNoStackTrace() {
            assertThat(thrown.getStackTrace()).isEmpty();
        }
    }

    @Nested
    class WhenThereIsASecretInTheFile {
        @Test
        void neverRepeatsOneInAMessage() {
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

    private static List<String> problems(String yaml, String... besides) {
        return exception(yaml).problems().stream()
                .filter(
                        problem ->
                                List.of(besides).stream().noneMatch(problem.keyPath()::endsWith)
                                        || !problem.message().startsWith("is not yet supported"))
                .map(Problem::toString)
                .toList();
    }

    private static ConfigException exception(String yaml) {
        return exception(yaml, Map.of());
    }

    private static ConfigException exception(String yaml, Map<String, String> environment) {
        var thrown =
                catchThrowableOfType(
                        ConfigException.class,
                        () -> new ConfigLoader(environment).parse("m.yaml", yaml));
        assertThat(thrown).as(yaml).isNotNull();
        return thrown;
    }

    private static List<Problem> thrownBy(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(ConfigException.class, call).problems();
    }
}
