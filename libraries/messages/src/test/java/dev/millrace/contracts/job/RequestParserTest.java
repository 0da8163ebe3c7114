package dev.millrace.contracts.job;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.millrace.contracts.job.RequestLine.LimitKey;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParserTest {
    private static final String URL = "\"url\":\"/v1/chat/completions\"";
    private static final String BODY = "\"body\":{\"model\":\"m\"}";

    private static ParseResult parse(String line) {
        return RequestParser.parse(line.getBytes(UTF_8));
    }

    private static RequestLine accepted(String line) {
        return assertThat(parse(line))
                .asInstanceOf(type(ParseResult.Accepted.class))
                .actual()
                .line();
    }

    private static List<String> problems(String line) {
        var unacceptable =
                assertThat(parse(line)).asInstanceOf(type(ParseResult.Unacceptable.class)).actual();
        return unacceptable.problems().stream().map(ParseResult.Problem::key).toList();
    }

    private static String malformed(byte[] line) {
        return assertThat(RequestParser.parse(line))
                .asInstanceOf(type(ParseResult.Malformed.class))
                .actual()
                .reason();
    }

    private static String withBody(String body) {
        return "{\"custom_id\":\"a\"," + URL + ",\"body\":" + body + "}";
    }

    private static String withOptions(String options) {
        return "{\"custom_id\":\"a\"," + URL + "," + BODY + ",\"millrace\":" + options + "}";
    }

    @Nested
    class HeadersForTheProvider {
        private List<String> problemsOf(String headers) {
            return problems(withOptions("{\"headers\":" + headers + "}"));
        }

        @Test
        void areOfTheApiThatTheUrlBelongsTo() {
            assertThat(problemsOf("{\"anthropic-beta\":\"x\"}"))
                    .containsExactly("millrace.headers");
        }

        @Test
        void areKnownAndText() {
            assertThat(problemsOf("{\"Cookie\":\"x\"}")).containsExactly("millrace.headers");
            assertThat(problemsOf("{\"openai-beta\":1}")).containsExactly("millrace.headers");
            assertThat(problemsOf("{\"openai-beta\":{\"a\":[1]}}"))
                    .containsExactly("millrace.headers");
            assertThat(problemsOf("[\"openai-beta\"]")).containsExactly("millrace.headers");
        }

        @Test
        void cannotEndTheHeader() {
            assertThat(problemsOf("{\"openai-beta\":\"a\\r\\nX: b\"}"))
                    .containsExactly("millrace.headers");
            assertThat(problemsOf("{\"openai-beta\":\"\"}")).containsExactly("millrace.headers");
        }
    }

    @Nested
    class WhenALineIsValid {
        private final String line =
                """
                { "custom_id" : "ticket-17", "method":"POST","url":"/v1/chat/completions",
                  "body" : {"messages":[{"model":"not this"}], "model" : "auto","max_tokens":300,"n":2 },
                  "millrace":{"tenant":"acme","batch":"b","priority":"high","deadline":"2026-11-21T06:00:00Z",
                   "cache":"exact","max_cost_usd":0.02,"buy":"lowest","fallback":["x"],
                   "metadata":{"queue":"refunds"},"headers":{"OpenAI-Beta":"responses=v1"},"on_unavailable":"5s"}}\
                """;

        @Test
        void fieldsAreParsed() {
            var read = accepted(line);

            assertThat(read.customId()).isEqualTo("ticket-17");
            assertThat(read.endpoint()).isEqualTo(Endpoint.CHAT_COMPLETIONS);
            assertThat(read.model()).isEqualTo("auto");
            assertThat(read.maxOutputTokens()).isEqualTo(300);
            assertThat(read.choices()).isEqualTo(2);
        }

        @Test
        void optionsAreParsed() {
            assertThat(accepted(line).options())
                    .isEqualTo(
                            new JobOptions(
                                    "acme",
                                    "b",
                                    Priority.HIGH,
                                    Instant.parse("2026-11-21T06:00:00Z"),
                                    CacheMode.EXACT,
                                    new JobOptions.Spending(new BigDecimal("0.02"), Buy.LOWEST),
                                    List.of("x"),
                                    new JobLabels(null, "{\"queue\":\"refunds\"}"),
                                    null,
                                    null,
                                    Map.of(ProviderHeader.OPENAI_BETA, "responses=v1"),
                                    new OnUnavailable(Duration.ofSeconds(5))));
        }

        @Test
        void onlyTheModelIsReplaced() {
            assertThat(new String(accepted(line).upstreamBody("up"), UTF_8))
                    .isEqualTo(
                            "{\"messages\":[{\"model\":\"not this\"}], \"model\" :"
                                    + " \"up\",\"max_tokens\":300,\"n\":2 }");
        }

        @Test
        void spansAreCorrectAfterAByteOrderMark() {
            assertThat(new String(accepted("\uFEFF" + line).upstreamBody("up"), UTF_8))
                    .isEqualTo(new String(accepted(line).upstreamBody("up"), UTF_8));
        }

        @Test
        void idOfASchemaBeforeTheJsonIsSkipped() {
            byte[] json = line.getBytes(UTF_8);
            byte[] record = new byte[5 + json.length];
            record[4] = (byte) 0x9a;
            System.arraycopy(json, 0, record, 5, json.length);

            var read =
                    assertThat(RequestParser.parse(record))
                            .asInstanceOf(type(ParseResult.Accepted.class))
                            .actual()
                            .line();

            assertThat(read.upstreamBody("up")).isEqualTo(accepted(line).upstreamBody("up"));
            assertThat(read.options()).isEqualTo(accepted(line).options());
        }

        @Test
        void theMethodMayBeOmitted() {
            assertThat(accepted(withBody("{\"model\":\"m\"}")).model()).isEqualTo("m");
        }

        @Test
        void anEscapedModelNameIsDecodedAndReplaced() {
            var read = accepted(withBody("{\"mod\\u0065l\":\"gpt\\u002d4\\\"\",\"x\":1}"));

            assertThat(read.model()).isEqualTo("gpt-4\"");
            assertThat(new String(read.upstreamBody("q\"é"), UTF_8))
                    .isEqualTo("{\"mod\\u0065l\":\"q\\\"é\",\"x\":1}");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                textBlock =
                        """
                        "stream":true                          | true  | true
                        "stream":false                         | false | true
                        "stream":null                          | false | true
                        "stream_options":null                  | false | true
                        "stream":true,"stream_options":{"a":1} | true  | true
                        "x":{"stream":true}                    | false | false
                        """)
        void wishForAStreamIsRead(String fields, boolean asks, boolean hasKeys) {
            var read = accepted(withBody("{\"model\":\"m\"," + fields + "}"));

            assertThat(read.asksForStream()).isEqualTo(asks);
            assertThat(read.hasStreamKeys()).isEqualTo(hasKeys);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/v1/chat/completions",
                    "/v1/responses",
                    "/v1/completions",
                    "/v1/embeddings",
                    "/v1/messages"
                })
        void everySupportedUrlIsAccepted(String url) {
            assertThat(accepted("{\"custom_id\":\"a\",\"url\":\"" + url + "\"," + BODY + "}"))
                    .extracting(it -> it.endpoint().url())
                    .isEqualTo(url);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        /chat/completions                                    | /v1/chat/completions
                        chat/completions                                     | /v1/chat/completions
                        v1/chat/completions                                  | /v1/chat/completions
                        /v1/chat/completions/                                | /v1/chat/completions
                        //v1//chat/completions                               | /v1/chat/completions
                        /V1/Chat/Completions                                 | /v1/chat/completions
                        https://api.openai.com/v1/chat/completions           | /v1/chat/completions
                        HTTP://127.0.0.1:8080/chat/completions#x             | /v1/chat/completions
                        api.openai.com/v1/embeddings                         | /v1/embeddings
                        /v1/responses?api-version=preview                    | /v1/responses
                        /openai/v1/responses                                 | /v1/responses
                        /v1beta/openai/embeddings                            | /v1/embeddings
                        /openai/deployments/g4/embeddings?api-version=2024-10-21 | /v1/embeddings
                        https://r.openai.azure.com/openai/deployments/g/chat/completions | /v1/chat/completions
                        /openai/deployments/chat/completions                 | /v1/completions
                        /v1/engines/davinci/completions                      | /v1/completions
                        /api/paas/v4/chat/completions                        | /v1/chat/completions
                        /inference/chat/completions                          | /v1/chat/completions
                        https://api.deepseek.com/anthropic/v1/messages       | /v1/messages
                        /messages                                            | /v1/messages
                        """)
        void urlWhoseMeaningIsCertainIsAccepted(String url, String meant) {
            assertThat(accepted("{\"custom_id\":\"a\",\"url\":\"" + url + "\"," + BODY + "}"))
                    .extracting(it -> it.endpoint().url())
                    .isEqualTo(meant);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        /v1/threads/t1/messages           | /v1/messages
                        /v1/fim/completions               | /v1/completions
                        /v1/chat/completions/c1           | /v1/chat/completions
                        /v1/chat                          | /v1/chat/completions
                        /v1/embedding                     | /v1/embeddings
                        /v1/responses/r1/cancel           | /v1/responses
                        """)
        void otherUrlIsRefusedWithTheOneThatIsSimilar(String url, String similar) {
            assertThat(parse("{\"custom_id\":\"a\",\"url\":\"" + url + "\"," + BODY + "}"))
                    .asInstanceOf(type(ParseResult.Unacceptable.class))
                    .extracting(ParseResult.Unacceptable::message)
                    .asString()
                    .endsWith("did you mean " + similar + "?");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", " ", "/", "?", "https://", "/v1", "/v1/images/generations"})
        void urlOfNothingIsRefusedWithoutAGuess(String url) {
            assertThat(parse("{\"custom_id\":\"a\",\"url\":\"" + url + "\"," + BODY + "}"))
                    .asInstanceOf(type(ParseResult.Unacceptable.class))
                    .extracting(ParseResult.Unacceptable::message)
                    .asString()
                    .endsWith("/v1/messages");
        }

        @Test
        void nullCountsAsAbsent() {
            var read =
                    accepted(
                            "{\"custom_id\":\"a\",\"method\":null,\"extra\":null,"
                                    + URL
                                    + ",\"body\":{\"model\":\"m\",\"n\":null,\"max_tokens\":null,"
                                    + "\"background\":null,\"stream\":null},\"millrace\":{\"split\":null,"
                                    + "\"retrieval\":{\"collection\":\"c\",\"top_k\":null,"
                                    + "\"filter\":null,\"place\":null}}}");

            assertThat(read.limitKey()).isEqualTo(LimitKey.NULL);
            assertThat(read.acceptsLimit()).isTrue();
            assertThat(read.options().retrieval()).isNotNull();
        }

        @Test
        void addedLimitTakesThePlaceOfNull() {
            var read = accepted(withBody("{\"max_tokens\":null,\"model\":\"m\",\"x\":1}"));

            assertThat(new String(read.upstreamBody("up", "max_tokens", 9), UTF_8))
                    .isEqualTo("{\"max_tokens\":9,\"model\":\"up\",\"x\":1}");
            assertThat(new String(read.upstreamBody("up", "max_completion_tokens", 9), UTF_8))
                    .isEqualTo(
                            "{\"max_tokens\":null,\"model\":\"up\",\"x\":1,\"max_completion_tokens\":9}");
        }

        @Test
        void limitBesideANullOneIsKept() {
            var read =
                    accepted(
                            withBody(
                                    "{\"model\":\"m\",\"max_completion_tokens\":5,\"max_tokens\":null}"));

            assertThat(read.acceptsLimit()).isFalse();
            assertThat(read.maxOutputTokens()).isEqualTo(5);
        }

        @ParameterizedTest
        @CsvSource({
            "17, 17",
            "-3, -3",
            "123456789012345678901234567890, 123456789012345678901234567890"
        })
        void wholeNumberIsACustomId(String written, String id) {
            assertThat(
                            accepted("{\"custom_id\":" + written + "," + URL + "," + BODY + "}")
                                    .customId())
                    .isEqualTo(id);
        }

        @Test
        void certainFormsOfOptionsAreAccepted() {
            var options =
                    accepted(
                                    withOptions(
                                            "{\"priority\":\"HIGH\",\"cache\":\"Exact\",\"max_cost_usd\":\"0.02\","
                                                    + "\"fallback\":\"x\",\"split\":{\"size\":500.0}}"))
                            .options();

            assertThat(options.priority()).isEqualTo(Priority.HIGH);
            assertThat(options.cache()).isEqualTo(CacheMode.EXACT);
            assertThat(options.maxCostUsd()).isEqualByComparingTo("0.02");
            assertThat(options.fallback()).containsExactly("x");
        }

        @Test
        void requestIdIsALabel() {
            assertThat(accepted(withOptions("{\"request_id\":\"a-1:b.c_\"}")).options().labels())
                    .isEqualTo(new JobLabels("a-1:b.c_", null));
            for (String unusable : List.of("\"\"", "\"a b\"", "7", "\"" + "x".repeat(129) + "\"")) {
                assertThat(problems(withOptions("{\"request_id\":" + unusable + "}")))
                        .containsExactly("millrace.request_id");
            }
        }

        @Test
        void metadataWithLineBreaksBecomesOneLine() {
            assertThat(accepted(withOptions("{\"metadata\":{\"a\":\r\n1}}")).options().metadata())
                    .isEqualTo("{\"a\":  1}");
        }
    }

    @Nested
    class WhenTheCustomIdIsUnreadable {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "''|is empty",
                    "'   '|is blank",
                    "[1]|is an array",
                    "\"text\"|is a string",
                    "\"{}\"|serialized twice",
                    "17|is a number",
                    "null|is null",
                    "{}|has no custom_id",
                    "{\"custom_id\":1.5}|custom_id that is a number",
                    "{\"custom_id\":true}|custom_id that is a boolean",
                    "{\"custom_id\":null}|has no custom_id",
                    "{\"custom_id\":\"\"}|custom_id that is empty",
                    "{\"custom_id\":\"  \"}|custom_id that is empty",
                    "{\"custom_id\":\"a\\u0000b\"}|control character",
                    "{\"custom_id\":\"\\ud800\"}|lone surrogate",
                    "{\"custom_id\":\"a\",\"custom_id\":\"b\"}|custom_id twice",
                    "{\"custom_id\":\"cut|not valid JSON",
                    "{\"custom_id\":\"a\"|not valid JSON",
                    "{\"custom_id\":\"a\",}|not valid JSON",
                    "{\"custom_id\":\"a\"} {}|more than one JSON value",
                })
        void theReasonNamesTheProblem(String line, String reason) {
            assertThat(malformed(line.getBytes(UTF_8))).contains(reason);
        }

        @Test
        void aTooLongCustomIdIsRejected() {
            assertThat(malformed(("{\"custom_id\":\"" + "x".repeat(513) + "\"}").getBytes(UTF_8)))
                    .contains("513 characters, at most 512");
        }

        @Test
        void invalidUtf8IsRejected() {
            assertThat(malformed("{\"custom_id\":\"é\"}".getBytes(ISO_8859_1)))
                    .isEqualTo("is not valid UTF-8");
        }

        @Test
        void otherEncodingsAreNamed() {
            assertThat(malformed(withBody("{\"model\":\"m\"}").getBytes(UTF_16LE)))
                    .contains("UTF-16");
        }

        @Test
        void aRawNulIsRejected() {
            assertThat(malformed("{\"custom_id\":\"a\0\"}".getBytes(UTF_8)))
                    .contains("not valid JSON");
        }

        @Test
        void excessiveNestingIsRejected() {
            assertThat(
                            malformed(
                                    ("{\"custom_id\":\"a\",\"x\":" + "[".repeat(100_000))
                                            .getBytes(UTF_8)))
                    .contains("not valid JSON");
        }
    }

    @Nested
    class WhenALineWithACustomIdIsInvalid {
        @Test
        void everyMissingFieldIsNamed() {
            assertThat(problems("{\"custom_id\":\"a\"}")).containsExactly("url", "body");
        }

        @Test
        void everyInvalidFieldIsNamed() {
            assertThat(
                            problems(
                                    "{\"custom_id\":\"a\",\"method\":\"GET\",\"url\":\"/v1/images\",\"body\":[],"
                                            + "\"millrace\":7}"))
                    .containsExactly("method", "url", "body", "millrace");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{}|body.model",
                    "{\"model\":17}|body.model",
                    "{\"model\":\" \"}|body.model",
                    "{\"model\":\"a\",\"model\":\"b\"}|body.model",
                    "{\"model\":\"a\",\"stream\":\"yes\"}|body.stream",
                    "{\"model\":\"a\",\"stream\":true,\"stream\":true}|body.stream",
                    "{\"model\":\"a\",\"stream_options\":[]}|body.stream_options",
                    "{\"model\":\"a\",\"stream_options\":{},\"stream_options\":{}}|body.stream_options",
                    "null|body",
                    "{\"model\":null}|body.model",
                    "\"text\"|body",
                })
        void invalidBodyKeysAreNamed(String body, String key) {
            assertThat(problems(withBody(body))).containsExactly(key);
        }

        /** https://platform.openai.com/docs/guides/background */
        @Test
        void responseInTheBackgroundIsNamed() {
            String line =
                    "{\"custom_id\":\"a\",\"body\":{\"background\":%s,\"model\":\"m\"},\"url\":\"%s\"}";

            assertThat(problems(line.formatted("true", "/v1/responses")))
                    .containsExactly("body.background");
            assertThat(parse(line.formatted("false", "/v1/responses")))
                    .isInstanceOf(ParseResult.Accepted.class);
            assertThat(parse(line.formatted("true", "/v1/chat/completions")))
                    .isInstanceOf(ParseResult.Accepted.class);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{\"tenant\":\"\"}|tenant",
                    "{\"tenant\":1}|tenant",
                    "{\"batch\":\"a\\u0007\"}|batch",
                    "{\"priority\":\"urgent\"}|priority",
                    "{\"deadline\":\"tomorrow\"}|deadline",
                    "{\"deadline\":5}|deadline",
                    "{\"cache\":\"fuzzy\"}|cache",
                    "{\"cache\":\"deterministic\"}|cache",
                    "{\"max_cost_usd\":-1}|max_cost_usd",
                    "{\"max_cost_usd\":\"1 USD\"}|max_cost_usd",
                    "{\"max_cost_usd\":\"\"}|max_cost_usd",
                    "{\"max_cost_usd\":true}|max_cost_usd",
                    "{\"max_cost_usd\":1e999999999}|max_cost_usd",
                    "{\"max_cost_usd\":1e99999999999}|max_cost_usd",
                    "{\"max_cost_usd\":1e-999999999}|max_cost_usd",
                    "{\"fallback\":7}|fallback",
                    "{\"fallback\":[\"x\",[1,[2]],\"y\"]}|fallback",
                    "{\"metadata\":[1]}|metadata",
                    "{\"on_unavailable\":\"never\"}|on_unavailable",
                    "{\"on_unavailable\":5}|on_unavailable",
                    "{\"buy\":\"cheap\"}|buy",
                    "{\"buy\":1}|buy",
                    "{\"split\":true}|split",
                    "{\"split\":{\"size\":99}}|split.size",
                    "{\"split\":{\"size\":1.5}}|split.size",
                    "{\"split\":{\"size\":99999999999}}|split.size",
                    "{\"split\":{\"overlap\":-1}}|split.overlap",
                    "{\"split\":{\"size\":100,\"overlap\":26}}|split.overlap",
                    "{\"split\":{\"reduce\":\" \"}}|split.reduce",
                    "{\"split\":{\"on_failed_part\":\"retry\"}}|split.on_failed_part",
                    "{\"split\":{\"parts\":[{}]}}|split.parts",
                    "{\"split\":{\"size\":100,\"size\":200}}|split.size",
                    "{\"budget\":1}|budget",
                    "{\"batch\":\"a\",\"batch\":\"b\"}|batch",
                })
        void invalidOptionKeysAreNamed(String options, String key) {
            assertThat(problems(withOptions(options))).containsExactly("millrace." + key);
        }

        @Test
        void aRepeatedUnknownOptionKeyIsUnknownOnly() {
            assertThat(parse(withOptions("{\"budget\":1,\"budget\":2}")))
                    .asInstanceOf(type(ParseResult.Unacceptable.class))
                    .extracting(ParseResult.Unacceptable::message)
                    .asString()
                    .contains("millrace.budget is not a known key, known keys are tenant, batch")
                    .doesNotContain("twice");
        }

        @Test
        void nullOptionsCountAsNotGiven() {
            assertThat(accepted(withOptions("{\"tenant\":null,\"deadline\":null}")).options())
                    .isEqualTo(JobOptions.NONE);
            assertThat(accepted(withOptions("null")).options()).isEqualTo(JobOptions.NONE);
        }

        @Test
        void validOptionsAreKept() {
            var read = parse(withOptions("{\"tenant\":\"acme\",\"priority\":1}"));

            assertThat(read)
                    .asInstanceOf(type(ParseResult.Unacceptable.class))
                    .extracting(it -> it.options().tenant())
                    .isEqualTo("acme");
        }

        @Test
        void messageLengthIsBounded() {
            String keys = ("\"" + "k".repeat(10_000) + "\":1,").repeat(500);
            var read = parse(withOptions("{" + keys + "\"tenant\":\"acme\"}"));

            var message =
                    assertThat(read)
                            .asInstanceOf(type(ParseResult.Unacceptable.class))
                            .actual()
                            .message();
            assertThat(message).hasSizeLessThan(20_000).endsWith(" more");
        }
    }

    @Nested
    class WhenABodyLimitsItsAnswer {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "\"max_tokens\":5|5",
                    "\"max_completion_tokens\":6|6",
                    "\"max_output_tokens\":7|7",
                    "\"max_tokens\":5,\"max_completion_tokens\":9|9",
                    "\"max_tokens\":0|0",
                    "\"max_tokens\":100.0|100",
                    "\"max_tokens\":1e2|100",
                })
        void theLargestLimitApplies(String fields, long limit) {
            assertThat(accepted(withBody("{\"model\":\"m\"," + fields + "}")).maxOutputTokens())
                    .isEqualTo(limit);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "null",
                    "\"5\"",
                    "-1",
                    "99999999999999999999",
                    "[5]",
                    "5.5",
                    "1e999999999",
                    "1e-999999999"
                })
        void invalidLimitsAreIgnored(String value) {
            assertThat(
                            accepted(withBody("{\"model\":\"m\",\"max_tokens\":" + value + "}"))
                                    .maxOutputTokens())
                    .isNull();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "\"n\":3|3",
                    "\"n\":0|1",
                    "\"n\":-4|1",
                    "\"n\":null|1",
                    "\"n\":2.0|2",
                    "\"n\":\"3\"|3",
                    "\"n\":\"x\"|1",
                    "\"n\":2.5|3",
                    "\"n\":1e-999999999|1",
                    "\"n\":1e999999999|9223372036854775807",
                    "\"n\":1e99999999999|9223372036854775807",
                    "\"n\":2,\"best_of\":5|5",
                })
        void billableChoicesAreCounted(String fields, long choices) {
            assertThat(accepted(withBody("{\"model\":\"m\"," + fields + "}")).choices())
                    .isEqualTo(choices);
        }
    }
}
