package dev.millrace.router.classify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.money.Price;
import dev.millrace.router.classify.token.TokenCount;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RandomRequestTest {
    private static final Classifier CLASSIFIER = new RuleBasedClassifier();
    private static final List<Model> MODELS =
            List.of(
                    Model.of("gpt-4.1", "a", Price.of("1", "1")),
                    Model.of("claude-opus-5", "a", Price.of("1", "1")),
                    Model.of("deepseek-flash", "a", Price.of("1", "1")));

    /** Field names with a meaning, combined at random. */
    private static final Arbitrary<String> NAMES =
            Arbitraries.of(
                    "messages",
                    "input",
                    "prompt",
                    "content",
                    "role",
                    "type",
                    "text",
                    "name",
                    "tools",
                    "functions",
                    "response_format",
                    "format",
                    "output_config",
                    "image_url",
                    "url",
                    "source",
                    "data",
                    "media_type",
                    "file",
                    "file_id",
                    "input_audio",
                    "detail",
                    "system",
                    "arguments",
                    "tool_calls",
                    "x");

    private static final Arbitrary<String> STRINGS =
            Arbitraries.oneOf(
                    Arbitraries.strings(),
                    Arbitraries.of(
                            "user",
                            "why",
                            "text",
                            "base64",
                            "json_schema",
                            "image",
                            "low",
                            "data:image/png;base64,iVBORw0KGgo",
                            "image/jpeg",
                            "\\",
                            "\"",
                            "中文",
                            "😀",
                            "\ud800"));

    @Provide
    Arbitrary<String> values() {
        Arbitrary<String> scalars =
                Arbitraries.oneOf(
                        STRINGS.map(it -> JsonBytes.quoted(JsonBytes.encodable(it))),
                        Arbitraries.of("null", "true", "1", "-2.5e7", "\"\\ud83d\"", "\"\\\\u\""));
        return Arbitraries.recursive(() -> scalars, RandomRequestTest::nested, 0, 5);
    }

    private static Arbitrary<String> nested(Arbitrary<String> inner) {
        Arbitrary<String> fields =
                NAMES.flatMap(name -> inner.map(value -> JsonBytes.quoted(name) + ":" + value))
                        .list()
                        .ofMaxSize(4)
                        .map(it -> it.stream().collect(Collectors.joining(",", "{", "}")));
        Arbitrary<String> items =
                inner.list()
                        .ofMaxSize(3)
                        .map(it -> it.stream().collect(Collectors.joining(",", "[", "]")));
        return Arbitraries.oneOf(fields, items);
    }

    private static RequestLine line(Endpoint endpoint, String name, String value) {
        String line =
                "{\"custom_id\":\"a\",\"url\":\"%s\",\"body\":{%s:%s,\"model\":\"auto\"}}"
                        .formatted(endpoint.url(), JsonBytes.quoted(name), value);
        return RequestParser.parse(line.getBytes(UTF_8)) instanceof ParseResult.Accepted accepted
                ? accepted.line()
                : Requests.chat("");
    }

    @Provide
    Arbitrary<String> names() {
        return NAMES;
    }

    @Provide
    Arbitrary<Endpoint> endpoints() {
        return Arbitraries.of(Endpoints.known().all());
    }

    @Property
    void everyRequestHasAProfile(
            @ForAll("endpoints") Endpoint endpoint,
            @ForAll("names") String name,
            @ForAll("values") String value) {
        Profile profile = CLASSIFIER.classify(line(endpoint, name, value), Requests.NOW);

        assertThat(profile.complexity()).isNotNull();
        assertThat(profile.task()).isNotNull();
        assertThat(profile.language()).isNotNull();
        assertThat(profile.languageIsOneOf(Set.of("zh", "en")))
                .isEqualTo(profile.language().filter(Set.of("zh", "en")::contains).isPresent());
        assertThat(profile.isLatencySensitive()).isIn(true, false);
        assertThat(profile.capabilities()).isNotNull();
        assertThat(profile.quickInputTokens()).isPositive();
        for (Model model : MODELS) {
            TokenCount input = profile.inputTokens(model);
            assertThat(input.atMost().orElse(Long.MAX_VALUE))
                    .isGreaterThanOrEqualTo(input.atLeast());
            assertThat(profile.outputTokens(model, endpoint).estimate()).isNotNegative();
        }
    }
}
