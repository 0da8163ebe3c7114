package dev.millrace.configuration.loading;

import static dev.millrace.configuration.loading.InvalidFile.problems;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.Credential;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.Secret;
import dev.millrace.configuration.TokenCommand;
import dev.millrace.configuration.provider.KeyHeader;
import dev.millrace.configuration.provider.PathTemplate;
import dev.millrace.configuration.provider.ProxyAddress;
import dev.millrace.contracts.catalog.ModelParameters;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.yaml.problem.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests settings that differ between providers of one wire, and between models of one provider. */
class ProviderSettingsTest {
    private static final String SECRET = "xk-very-secret-1234567890";

    private static String withKeys(String setting) {
        return "providers: { p: { wire: openai, base_url: \"https://h\", " + setting + " } }";
    }

    @Nested
    class WhenTheyAreValid {
        private static final String YAML =
                """
                providers:
                  azure:
                    wire: openai
                    base_url: https://mine.openai.azure.com
                    api_key: xk-1
                    key_prefix: xk-
                    auth: { header: api-key, scheme: "" }
                    paths: { /v1/embeddings: "/openai/deployments/{model}/embeddings" }
                    query: { api-version: "2024-10-21", trace: "${TRACE}" }
                    urls: [ /v1/embeddings, /v1/chat/completions ]
                models:
                  mine:
                    provider: azure
                    price: { input: 1, output: 2 }
                    urls: [ /v1/embeddings ]
                    parameters: { rename: { max_tokens: max_completion_tokens }, refuse: [ temperature ], tool_call_ids: "[a-zA-Z0-9]{9}" }
                """;

        @Test
        void secretsAreReadWithoutInvisibleCharactersAroundThem() {
            var provider =
                    new ConfigLoader(Map.of("KEY", "\uFEFFxk 1\u200B\r\n", "UNSEEN", "\u200B\n"))
                            .parse(
                                    "m.yaml",
                                    withKeys(
                                            "headers: { a: \"${KEY}\", b: \"${UNSEEN}\" }, query: { c: \"${KEY}\" }"))
                            .provider("p")
                            .orElseThrow();

            assertThat(provider.headers().get("a")).isEqualTo(Secret.of("xk 1"));
            assertThat(provider.headers().get("b")).isEqualTo(Secret.unset("has no value"));
            assertThat(provider.query().get("c")).isEqualTo(Secret.of("xk 1"));
        }

        @Test
        void areReadFromTheProvider() {
            var azure = load(Map.of("TRACE", "t")).provider("azure").orElseThrow();

            assertThat(azure.keyPrefix()).containsExactly("xk-");
            assertThat(azure.auth())
                    .isEqualTo(new KeyHeader(Optional.of("api-key"), Optional.of("")));
            assertThat(azure.paths())
                    .isEqualTo(
                            Map.of(
                                    Endpoint.EMBEDDINGS,
                                    new PathTemplate("/openai/deployments/{model}/embeddings")));
            assertThat(azure.query())
                    .isEqualTo(
                            Map.of(
                                    "api-version", Secret.of("2024-10-21"),
                                    "trace", Secret.of("t")));
            assertThat(azure.endpoints())
                    .containsExactly(Endpoint.CHAT_COMPLETIONS, Endpoint.EMBEDDINGS);
        }

        @Test
        void areReadFromTheModel() {
            var mine = load(Map.of("TRACE", "t")).catalog().find("mine").orElseThrow();

            assertThat(mine.urls()).containsExactly(Endpoint.EMBEDDINGS);
            assertThat(mine.parameters())
                    .isEqualTo(
                            new ModelParameters(
                                    Map.of("max_tokens", "max_completion_tokens"),
                                    Set.of("temperature"),
                                    Optional.of("[a-zA-Z0-9]{9}")));
        }

        @Test
        void unsetParameterOfTheUrlIsMissingLikeAnUnsetHeader() {
            assertThat(load(Map.of()).problemsOfProviders(Set.of("azure")))
                    .extracting(Problem::toString)
                    .containsExactly(
                            "m.yaml: providers.azure.query.trace: environment variable TRACE is not set");
        }

        @Test
        void parametersOfTheUrlAreMasked() {
            assertThat(load(Map.of("TRACE", SECRET)).toString()).doesNotContain(SECRET);
        }

        private static MillraceConfig load(Map<String, String> environment) {
            return new ConfigLoader(environment).parse("m.yaml", YAML);
        }
    }

    @Nested
    class WhenAProviderIsInvalid {
        private static List<String> ofProvider(String settings) {
            return problems(
                    "providers:\n  p: { wire: openai, base_url: \"https://h\",\n    "
                            + settings
                            + " }\n");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "auth: { header: 'api key' }|auth.header: must be the name of a header: letters, digits and dashes, such as api-key",
                    "auth: { scheme: 'my scheme' }|auth.scheme: must be one word such as Bearer, or \"\" for the bare key",
                    "auth: { key: x }|auth.key: is not a known key, known keys are header, scheme",
                    "key_prefix: ''|key_prefix: must be the first characters of each key, such as sk-, at most 16",
                    "key_prefix: [ sk-, '' ]|key_prefix: must be the first characters of each key, such as sk-, at most 16",
                    "key_prefix: a-whole-key-is-here|key_prefix: must be the first characters of each key, such as sk-, at most 16",
                    "urls: []|urls: must name at least one url; leave it out to offer all of the wire",
                    "urls: [ /v1/chat ]|urls[0]: must be one of /v1/chat/completions, /v1/responses, /v1/completions, /v1/embeddings, /v1/messages, was /v1/chat",
                    "urls: [ /v1/messages ]|urls: must be urls that the provider can offer (/v1/chat/completions, /v1/responses, /v1/completions, /v1/embeddings), not /v1/messages",
                    "paths: { /v1/chat: /chat }|paths./v1/chat: must be one of /v1/chat/completions, /v1/responses, /v1/completions, /v1/embeddings, /v1/messages, was /v1/chat",
                    "paths: { /v1/messages: /m }|paths: must be urls that the provider can offer (/v1/chat/completions, /v1/responses, /v1/completions, /v1/embeddings), not /v1/messages",
                    "paths: { /v1/embeddings: e }|paths./v1/embeddings: must begin with /, such as /openai/deployments/{model}/chat/completions, was e",
                    "paths: { /v1/embeddings: '/e?v=1' }|paths./v1/embeddings: must be a path; parameters belong into query, was /e?v=1",
                    "paths: { /v1/embeddings: '/{deployment}' }|paths./v1/embeddings: must be a path, with {model} as its only placeholder, was /{deployment}",
                    "query: { '': x }|query: must have names that are not blank",
                })
        void namesPlaceAndAdvice(String settings, String problem) {
            assertThat(ofProvider(settings))
                    .singleElement()
                    .asString()
                    .endsWith(": providers.p." + problem);
        }

        @Test
        void pathOfAUrlThatIsNotOfferedHasNoEffectAndIsRejected() {
            assertThat(ofProvider("urls: [ /v1/responses ], paths: { /v1/embeddings: /e }"))
                    .containsExactly(
                            "m.yaml:3: providers.p.paths: must be urls that the provider can offer (/v1/responses), not /v1/embeddings");
        }

        @Test
        void keyWithoutThePrefixIsRejectedAndNeverShown() {
            for (var keys : List.of("api_key: \"${KEY}\"", "keys: [ \"${KEY}\" ]")) {
                var yaml =
                        "providers: { p: { wire: openai, base_url: \"https://h\", key_prefix: sk-, "
                                + keys
                                + " } }";
                var thrown = InvalidFile.exception(yaml, Map.of("KEY", SECRET));

                assertThat(thrown.problems())
                        .extracting(Problem::toString)
                        .containsExactly(
                                "m.yaml:1: providers.p."
                                        + keys.substring(0, keys.indexOf(':'))
                                        + ": must begin with sk- (key_prefix); check that the key is one of this provider");
                assertThat(thrown.toString()).doesNotContain("very-secret");
            }
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '~',
                value = {
                    "Bearer key-very-secret|must not begin with Bearer, which Millrace adds (auth.scheme)",
                    "'key-very-secret'|must not have quotes around the key",
                    "key very-secret|must not contain blanks or line breaks",
                    "abc|must be a whole key, not 3 characters",
                    "key\u200B-very-secret|must consist of ASCII characters, but character 4 is U+200B, which can be invisible; type it again, or copy the key from the provider's page",
                })
        void keyOfAWrongFormIsRejectedAndNeverShown(String key, String problem) {
            for (var setting : List.of("api_key: \"${KEY}\"", "keys: [ \"${KEY}\", good-key ]")) {
                var thrown = InvalidFile.exception(withKeys(setting), Map.of("KEY", key));

                assertThat(thrown.problems())
                        .singleElement()
                        .asString()
                        .endsWith(
                                "providers.p."
                                        + setting.substring(0, setting.indexOf(':'))
                                        + ": "
                                        + problem);
                assertThat(thrown.toString()).doesNotContain("secret");
            }
        }

        @ParameterizedTest
        @CsvSource({"headers", "query"})
        void invisibleCharactersInOtherSecretsAreRejectedAndNeverShown(String setting) {
            for (var unseen : List.of("\uFEFF", "\u200B", "\u00A0", "\r\n", "\t", "\u2028")) {
                var thrown =
                        InvalidFile.exception(
                                withKeys(setting + ": { x-key: \"Bearer ${KEY}\" }"),
                                Map.of("KEY", unseen + SECRET));

                assertThat(thrown.problems())
                        .extracting(Problem::toString)
                        .containsExactly(
                                "m.yaml:1: providers.p.%s.x-key: must not contain line breaks or invisible characters, but character 8 is U+%04X; type it again, or copy it from the provider's page"
                                        .formatted(setting, unseen.codePointAt(0)));
                assertThat(thrown.toString()).doesNotContain("very-secret");
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "YOUR_OPENAI_KEY",
                    "your-api-key",
                    "your_key_here",
                    "sk-your-key-goes-here",
                    "sk-proj-xxxxxxxxxxxxxxxxxxxx",
                    "sk-xxxx",
                    "sk-...",
                    "sk-\u2026",
                    "sk-ant-****",
                    "<key>",
                    "<your key>",
                    "[key]",
                    "{{OPENAI_KEY}}",
                    "$OPENAI_API_KEY",
                    "OPENAI_API_KEY",
                    "changeme",
                    "change-me",
                    "insert-key-here",
                    "placeholder"
                })
        void placeholderOfATutorialIsRejectedAndNeverShown(String key) {
            var thrown = InvalidFile.exception(withKeys("api_key: \"${KEY}\""), Map.of("KEY", key));

            assertThat(thrown.problems())
                    .extracting(Problem::toString)
                    .containsExactly(
                            "m.yaml:1: providers.p.api_key: must be a key from the provider, not a"
                                    + " placeholder of a tutorial; without a key, leave its variable"
                                    + " unset, and the provider is off");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "EMPTY",
                    "none",
                    "ollama",
                    "dummy",
                    "sk-1234",
                    "sk-test",
                    "sk-proj-0aZ_9bY-8cX7dW6eV5fU4gT3",
                    "sk-ant-api03-Xx1Yy2Zz3Aa4Bb5Cc6-AA",
                    "sk-or-v1-00ffab10c4d2e6f8",
                    "AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY"
                })
        void keyOfAnOwnServerOrOfAProviderIsAccepted(String key) {
            assertThat(
                            new ConfigLoader(Map.of("KEY", key))
                                    .parse("m.yaml", withKeys("api_key: \"${KEY}\""))
                                    .provider("p"))
                    .isPresent();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "https://api.openai.com/v1",
                    "https://api.anthropic.com",
                    "https://openrouter.ai/api/v1"
                })
        void shortKeyIsRejectedAtTheAddressOfAShippedProviderOnly(String address) {
            String yaml = withKeys("api_key: \"${KEY}\"");
            var thrown =
                    InvalidFile.exception(
                            yaml.replace("https://h", address), Map.of("KEY", "sk-1234567890"));

            assertThat(thrown.problems())
                    .singleElement()
                    .asString()
                    .contains("must be a whole key, not 13 characters; keys for ")
                    .endsWith(" have at least 20")
                    .doesNotContain("sk-1234567890");
            assertThat(new ConfigLoader(Map.of("KEY", "sk-1234567890")).parse("m.yaml", yaml))
                    .isNotNull();
        }

        @Test
        void equalKeysAreRejected() {
            assertThat(
                            InvalidFile.exception(withKeys("keys: [ key-1, key-1 ]"), Map.of())
                                    .problems())
                    .singleElement()
                    .asString()
                    .endsWith("providers.p.keys: must differ from each other");
        }

        @Test
        void commandIsReadInBothPlaces() {
            var command =
                    new TokenCommand(
                            List.of(Secret.of("print-token"), Secret.of("--for=a b")),
                            Optional.of(Duration.ofMinutes(10)));
            String yaml = "{ command: [ print-token, --for=a b ], refresh: 10m }";

            assertThat(keys("api_key: " + yaml)).containsExactly(command);
            assertThat(keys("keys: [ key-1, " + yaml + " ]"))
                    .containsExactly(Secret.of("key-1"), command);
            assertThat(
                            keys(
                                    "api_key: { command: [ print-token ] }, key_limits: { concurrency: 1 }"))
                    .containsExactly(
                            new TokenCommand(List.of(Secret.of("print-token")), Optional.empty()));
        }

        private static List<Credential> keys(String settings) {
            return new ConfigLoader(Map.of())
                    .parse("m.yaml", withKeys(settings))
                    .provider("p")
                    .orElseThrow()
                    .allKeys();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{} | api_key.command: must list a program and its arguments, such as [ gcloud, auth, print-access-token ]",
                    "{ command: [] } | api_key.command: must list a program and its arguments, such as [ gcloud, auth, print-access-token ]",
                    "{ command: gcloud auth } | api_key.command: must be a list, was text",
                    "{ command: [ a ], refresh: 9s } | api_key.refresh: must be 10s or more",
                    "{ program: [ a ], command: [ b ] } | api_key.program: is not a known key, known keys are command, refresh",
                    "[ a ] | api_key: must be text, was a list"
                })
        void wrongCommandIsExplained(String value, String problem) {
            assertThat(InvalidFile.exception(withKeys("api_key: " + value), Map.of()).problems())
                    .extracting(Problem::toString)
                    .singleElement()
                    .asString()
                    .endsWith("providers.p." + problem);
        }

        @Test
        void providerIsOffWithoutAVariableOfItsCommand() {
            var config =
                    new ConfigLoader(Map.of())
                            .parse(
                                    "m.yaml",
                                    withKeys("keys: [ { command: [ a, \"${NO_SECRET}\" ] } ]"));

            assertThat(config.problemsOfProviders(Set.of("p")))
                    .singleElement()
                    .asString()
                    .endsWith("providers.p.keys: environment variable NO_SECRET is not set");
            assertThat(
                            new ConfigLoader(Map.of("NO_SECRET", "s"))
                                    .parse(
                                            "m.yaml",
                                            withKeys(
                                                    "keys: [ { command: [ a, \"${NO_SECRET}\" ] } ]"))
                                    .problemsOfProviders(Set.of("p")))
                    .isEmpty();
        }

        @Test
        void shortTermKeyOfBedrockIsNoPlaceholder() {
            assertThat(keys("api_key: bedrock-api-key-YmVkcm9jay5hbWF6b25hd3M=&Version=1"))
                    .hasSize(1);
        }

        @Test
        void blanksAroundAKeyAreRemoved() {
            var config =
                    new ConfigLoader(Map.of("KEY", " key-1\r\n"))
                            .parse("m.yaml", withKeys("keys: [ \"${KEY}\", key-2 ]"));

            assertThat(config.provider("p").orElseThrow().allKeys())
                    .containsExactly(Secret.of("key-1"), Secret.of("key-2"));
        }

        @Test
        void limitsOfKeysNeedKeys() {
            assertThat(
                            InvalidFile.exception(
                                            withKeys("key_limits: { concurrency: 1 }"), Map.of())
                                    .problems())
                    .singleElement()
                    .asString()
                    .endsWith("providers.p.key_limits: needs keys; use limits for all calls");
            assertThat(
                            new ConfigLoader(Map.of())
                                    .parse(
                                            "m.yaml",
                                            withKeys(
                                                    "api_key: key-1, key_limits: { concurrency: 1 }"))
                                    .provider("p")
                                    .orElseThrow()
                                    .keyLimits()
                                    .concurrency())
                    .hasValue(1);
        }

        @Test
        void keyThatIsNotSentNeedsNoPrefix() {
            var yaml =
                    "providers: { p: { wire: openai, base_url: \"https://h\", key_prefix: sk-, api_key: other } }";

            assertThat(new ConfigLoader(Map.of()).withoutKeys().parse("m.yaml", yaml).provider("p"))
                    .isPresent();
        }

        @Test
        void keysMayBeginInSeveralWays() {
            String prefixes = "key_prefix: [ sk-, gsk_ ], keys: [ sk-12345, gsk_12345 ]";

            assertThat(new ConfigLoader(Map.of()).parse("m.yaml", withKeys(prefixes)).provider("p"))
                    .isPresent();
            assertThat(problems(withKeys(prefixes.replace("sk-12345", "xk-12345"))))
                    .singleElement()
                    .asString()
                    .contains("keys: must begin with sk- or gsk_ (key_prefix)");
        }

        @Test
        void unsetKeyNeedsNoPrefix() {
            var yaml =
                    "providers: { p: { wire: openai, base_url: \"https://h\", key_prefix: sk-, api_key: \"${KEY}\" } }";

            assertThat(new ConfigLoader(Map.of()).parse("m.yaml", yaml).provider("p")).isPresent();
        }
    }

    @Nested
    class TheWayToAProvider {
        private static final String SOCKS = "socks5://u:" + SECRET + "@h";

        private static MillraceConfig load(Map<String, String> environment, String settings) {
            return new ConfigLoader(environment)
                    .parse(
                            "m.yaml",
                            "providers: { p: { wire: openai, base_url: \"https://h\", "
                                    + settings
                                    + " } }");
        }

        private static Optional<ProxyAddress> proxy(
                Map<String, String> environment, String settings) {
            return load(environment, settings).provider("p").orElseThrow().proxyAddress();
        }

        private static Optional<ProxyAddress> address(String text) {
            return ProxyAddress.parse(text);
        }

        @Test
        void proxyIsTheProvidersOwnOrElseTheEnvironments() {
            var environment = Map.of("HTTPS_PROXY", "http://e:1", "PROXY", "http://u:p@own:2");

            assertThat(proxy(Map.of(), "")).isEmpty();
            assertThat(proxy(environment, "")).isEqualTo(address("http://e:1"));
            assertThat(proxy(environment, "proxy: \"${PROXY}\""))
                    .isEqualTo(address("http://u:p@own:2"));
            assertThat(proxy(environment, "proxy: none")).isEmpty();
        }

        @Test
        void unsetProxyIsMissingLikeAnUnsetHeader() {
            assertThat(
                            load(Map.of(), "proxy: \"http://u:${PASSWORD}@h\"")
                                    .problemsOfProviders(Set.of("p")))
                    .extracting(Problem::toString)
                    .containsExactly(
                            "m.yaml: providers.p.proxy: environment variable PASSWORD is not set");
        }

        @Test
        void invalidProxyIsRejectedAndNeverShown() {
            String expected =
                    "must be the http or https address of a proxy, such as http://proxy.example:3128, or none";
            var yaml = "providers: { p: { wire: openai, base_url: \"https://h\"%s } }";
            var own =
                    InvalidFile.exception(
                            yaml.formatted(", proxy: \"${PROXY}\""), Map.of("PROXY", SOCKS));
            var environments =
                    InvalidFile.exception(yaml.formatted(""), Map.of("HTTPS_PROXY", SOCKS));

            assertThat(own.problems())
                    .extracting(Problem::toString)
                    .containsExactly("m.yaml:1: providers.p.proxy: " + expected);
            assertThat(environments.problems())
                    .extracting(Problem::toString)
                    .containsExactly(
                            "m.yaml:1: providers.p.proxy: the environment variable HTTPS_PROXY "
                                    + expected);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "certificate: /c.pem | tls.certificate: needs the private key of the certificate: set tls.key, too",
                    "key: /k.pem | tls.key: needs the certificate of the key: set tls.certificate, too"
                })
        void certificateAndKeyOfTheClientBelongTogether(String setting, String problem) {
            String yaml = withKeys("tls: { " + setting + " }");

            assertThat(InvalidFile.exception(yaml, Map.of()).problems())
                    .extracting(Problem::toString)
                    .containsExactly("m.yaml:1: providers.p." + problem);
        }

        @Test
        void certificateOfTheClientIsReadOnlyWhenTheProviderIsNeeded() {
            assertThat(
                            load(Map.of(), "tls: { certificate: /no/such.pem, key: /no/such.key }")
                                    .problemsOfProviders(Set.of("p")))
                    .extracting(Problem::toString)
                    .containsExactly(
                            "m.yaml: providers.p.tls.certificate: the file /no/such.pem does not exist");
        }

        @Test
        void authoritiesAreReadOnlyWhenTheProviderIsNeeded() {
            assertThat(load(Map.of(), "tls: { ca: /no/such.pem }").problemsOfProviders(Set.of("p")))
                    .extracting(Problem::toString)
                    .containsExactly(
                            "m.yaml: providers.p.tls.ca: the file /no/such.pem does not exist");
        }
    }

    @Nested
    class WhenAModelIsInvalid {
        private static List<String> ofModel(String settings) {
            return problems(
                    """
                    providers:
                      p: { wire: openai, base_url: "https://h", urls: [ /v1/responses, /v1/embeddings ] }
                    models:
                      mine: { provider: p, price: { input: 1, output: 2 },
                        %s }
                    """
                            .formatted(settings));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "urls: []|urls: must name at least one url, such as /v1/chat/completions",
                    "urls: /v1/chat|urls: must be one of /v1/chat/completions, /v1/responses, /v1/completions, /v1/embeddings, /v1/messages, was /v1/chat",
                    "urls: [ /v1/completions ]|urls: must be urls that the provider p offers (/v1/responses, /v1/embeddings), but /v1/completions is not",
                    "parameters: { rename: { a: a } }|parameters.rename: must give a another name",
                    "parameters: { rename: { a: c, b: c } }|parameters.rename: must give each key its own new name, which is not renamed itself",
                    "parameters: { rename: { a: b, b: c } }|parameters.rename: must give each key its own new name, which is not renamed itself",
                    "parameters: { rename: { model: m } }|parameters.rename: must not name model, which every request needs",
                    "parameters: { rename: { a: '' } }|parameters.rename: must name keys of the body, not blanks",
                    "parameters: { refuse: [ model ] }|parameters.refuse: must not name model, which every request needs",
                    "parameters: { rename: { a: b }, refuse: [ a ] }|parameters.refuse: must not name a, which rename names as well",
                    "parameters: { drop: [ a ] }|parameters.drop: is not a known key, known keys are rename, refuse, tool_call_ids, prompt_cache",
                    "parameters: { tool_call_ids: '[0-9]+' }|parameters.tool_call_ids: must be a regular expression that any nine letters and digits match, such as [a-zA-Z0-9]{9}",
                    "parameters: { tool_call_ids: '[' }|parameters.tool_call_ids: must be a regular expression that any nine letters and digits match, such as [a-zA-Z0-9]{9}",
                })
        void namesPlaceAndAdvice(String settings, String problem) {
            assertThat(ofModel(settings))
                    .singleElement()
                    .asString()
                    .endsWith(": models.mine." + problem);
        }
    }
}
