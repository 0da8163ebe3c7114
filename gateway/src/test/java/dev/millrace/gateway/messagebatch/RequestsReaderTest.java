package dev.millrace.gateway.messagebatch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.ProviderHeader;
import dev.millrace.gateway.batch.PermittedModels;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.Caller;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.submission.LineCheck;
import dev.millrace.gateway.submission.Submission.Spending;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestsReaderTest {
    private static final int MAX_REQUEST_BYTES = 2_000;
    private static final RequestsReader.Limits LIMITS =
            new RequestsReader.Limits(3, 1 << 20, MAX_REQUEST_BYTES);
    private static final String PARAMS =
            "{\"model\":\"claude-sonnet-4.5\",\"max_tokens\":5,\"messages\":[]}";

    private Map<ProviderHeader, String> headers = Map.of();
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();

    private Spending read(RequestsReader.Limits limits, InputStream body) throws IOException {
        var rules =
                new LineCheck.Rules(
                        "acme",
                        Endpoint.MESSAGES,
                        Instant.parse("2026-11-21T08:00:00Z"),
                        limits.requestBytes());
        return new RequestsReader(
                        limits,
                        new LineCheck(rules),
                        new PermittedModels(new Caller("ada", "acme")),
                        headers,
                        lines)
                .read(body, () -> {});
    }

    private Spending read(String body) throws IOException {
        return read(LIMITS, new ByteArrayInputStream(body.getBytes(UTF_8)));
    }

    @Test
    void headersBecomeOptionsOfEachRequest() throws IOException {
        headers = Map.of(ProviderHeader.ANTHROPIC_BETA, "a,b");

        var _ =
                read(
                        "{\"requests\":[{\"custom_id\":\"1\",\"params\":{\"model\":\"m\"}},"
                                + "{\"custom_id\":\"2\",\"params\":{\"model\":\"m\","
                                + "\"millrace\":{\"priority\":\"low\"}}}]}");

        assertThat(lines.toString(UTF_8))
                .contains(
                        "\"millrace\":{\"headers\":{\"anthropic-beta\":\"a,b\"}}",
                        "\"millrace\":{\"priority\":\"low\","
                                + "\"headers\":{\"anthropic-beta\":\"a,b\"}}");
    }

    private ApiError refused(String body) {
        return catchThrowableOfType(ApiError.class, () -> read(body));
    }

    private static String request(String customId) {
        return "{\"custom_id\":\"%s\",\"params\":%s}".formatted(customId, PARAMS);
    }

    private static String body(String... requests) {
        return "{\"requests\":[" + String.join(",", requests) + "]}";
    }

    private static String line(String customId, String params) {
        return "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/messages\",\"body\":%s}\n"
                .formatted(customId, params);
    }

    @Nested
    class CorrectBody {
        @Test
        void requestsBecomeLinesInOrder() throws IOException {
            assertThat(read(body(request("b"), request("a")))).isEqualTo(Spending.NONE);

            assertThat(lines.toString(UTF_8)).isEqualTo(line("b", PARAMS) + line("a", PARAMS));
        }

        @Test
        void paramsAreKeptAsTheyWereSentExceptLineBreaks() throws IOException {
            String params =
                    "{ \"messages\" : [1e400, 1.50, \"\\u00e9\u00e9\\n\"],\r\n\t\"model\":\"m\" }";

            read(body("{\"params\": " + params + ", \"custom_id\": \"a\"}"));

            assertThat(lines.toString(UTF_8))
                    .isEqualTo(line("a", params.replace('\r', ' ').replace('\n', ' ')));
        }

        @Test
        void optionsOfParamsBecomeOptionsOfTheLine() throws IOException {
            String params =
                    PARAMS.replace("{\"model\"", "{\"millrace\":{\"cache\":\"none\"},\"model\"");

            read(body("{\"custom_id\":\"a\",\"params\":" + params + "}"));

            assertThat(lines.toString(UTF_8))
                    .isEqualTo(
                            line("a", PARAMS)
                                    .replace("}\n", ",\"millrace\":{\"cache\":\"none\"}}\n"));
        }

        @Test
        void limitOfTheCostMayComeFirstOrLast() throws IOException {
            String cost = "\"millrace\":{\"max_cost_usd\":2.5,\"buy\":\"lowest\"}";
            var spending =
                    new Spending(Optional.of(new BigDecimal("2.5")), Optional.of(Buy.LOWEST));
            String requests = "\"requests\":[" + request("a") + "]";

            assertThat(read("{" + cost + "," + requests + "}")).isEqualTo(spending);
            assertThat(read("{" + requests + "," + cost + "}")).isEqualTo(spending);
        }

        @Test
        void bodyMayBeginWithAByteOrderMark() throws IOException {
            var _ = read("\uFEFF" + body(request("a")));

            assertThat(lines.toString(UTF_8)).isEqualTo(line("a", PARAMS));
        }

        @Test
        void bodyMayArriveByteByByte() throws IOException {
            String body = body(request("a"), request("b"));
            List<InputStream> bytes =
                    IntStream.range(0, body.length())
                            .mapToObj(i -> body.substring(i, i + 1).getBytes(UTF_8))
                            .<InputStream>map(ByteArrayInputStream::new)
                            .toList();

            read(LIMITS, new SequenceInputStream(Collections.enumeration(bytes)));

            assertThat(lines.toString(UTF_8)).isEqualTo(line("a", PARAMS) + line("b", PARAMS));
        }

        @Test
        void memoryHoldsOneRequestWhateverTheSizeOfTheBody() throws IOException {
            int count = 20_000;
            var limits = new RequestsReader.Limits(count, Long.MAX_VALUE, MAX_REQUEST_BYTES);
            Stream<String> parts =
                    IntStream.range(0, count)
                            .mapToObj(i -> (i == 0 ? "{\"requests\":[" : ",") + request("r" + i));
            List<InputStream> all =
                    Stream.concat(parts, Stream.of("]}"))
                            .<InputStream>map(it -> new ByteArrayInputStream(it.getBytes(UTF_8)))
                            .toList();

            read(limits, new SequenceInputStream(Collections.enumeration(all)));

            assertThat(lines.toString(UTF_8)).hasLineCount(count);
        }
    }

    @Nested
    class WrongBody {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "body | []",
                    "body | ``",
                    "body | {\"requests\":[REQUEST]} {}",
                    "body | {\"more\":1}",
                    "requests | {}",
                    "requests | {\"requests\":[]}",
                    "requests | {\"requests\":{}}",
                    "requests | {\"requests\":[REQUEST],\"requests\":[]}",
                    "millrace | {\"millrace\":7,\"requests\":[REQUEST]}",
                    "millrace.max_cost_usd |"
                            + " {\"millrace\":{\"max_cost_usd\":0},\"requests\":[REQUEST]}",
                    "millrace.buy | {\"millrace\":{\"buy\":\"low\"},\"requests\":[REQUEST]}",
                    "millrace.max_cost_usd |"
                            + " {\"millrace\":{\"max_cost_usd\":1e999999999},\"requests\":[REQUEST]}",
                    "requests.1 | {\"requests\":[REQUEST,7]}",
                    "requests.1 | {\"requests\":[REQUEST,{\"more\":1}]}",
                    "requests.1.custom_id | {\"requests\":[REQUEST,{\"params\":{}}]}",
                    "requests.1.params | {\"requests\":[REQUEST,{\"custom_id\":\"b\"}]}",
                    "requests.1.params |"
                            + " {\"requests\":[REQUEST,{\"custom_id\":\"b\",\"params\":[]}]}",
                    "requests.1.params.model |"
                            + " {\"requests\":[REQUEST,{\"custom_id\":\"b\",\"params\":{}}]}",
                    "requests.1.params.millrace.tenant |"
                            + " {\"requests\":[REQUEST,{\"custom_id\":\"b\",\"params\":{\"model\":\"m\",\"millrace\":{\"tenant\":\"x\"}}}]}",
                    "requests.1.custom_id |"
                            + " {\"requests\":[REQUEST,{\"custom_id\":\"b\",\"custom_id\":\"c\",\"params\":{}}]}",
                    "requests.1.custom_id | {\"requests\":[REQUEST,REQUEST]}",
                    "requests.1 | {\"requests\":[REQUEST,",
                    "requests.1 | {\"requests\":[REQUEST,{\"custom_id\":\"b",
                    "requests.1 | {\"requests\":[REQUEST",
                    "requests.1 | {\"requests\":[REQUEST,nonsense]}",
                })
        void wrongFieldIsNamedWithTheIndexOfItsRequest(String param, String body) {
            ApiError error = refused(body.replace("REQUEST", request("a")));

            assertThat(error.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
            assertThat(error.param()).isEqualTo(param);
            assertThat(error.text()).contains(param.replaceFirst("(\\.\\d+)\\..*", "$1"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "a b", "a.b", "é", "a\\nb", "\\u0000", "../a"})
        void customIdHasOnlyDocumentedCharacters(String customId) {
            assertThat(refused(body(request(customId))).param()).isEqualTo("requests.0.custom_id");
        }

        @Test
        void customIdHasAtMost64Characters() throws IOException {
            read(body(request("a".repeat(64))));

            assertThat(refused(body(request("a".repeat(65)))).param())
                    .isEqualTo("requests.0.custom_id");
        }

        @Test
        void repeatedCustomIdIsQuoted() {
            assertThat(refused(body(request("a"), request("b"), request("a"))).text())
                    .isEqualTo("requests.2: the custom_id \"a\" occurs twice");
        }

        @Test
        void bodyThatEndsInTheMiddleIsToldApartFromOtherErrors() {
            assertThat(refused("{\"requests\":[" + request("a") + ",{").text())
                    .isEqualTo("requests.1: the body ends before its JSON does");
        }

        @Test
        void hugeAndDeepValuesAreRefused() {
            String number = "9".repeat(10_001);
            String deep = "[".repeat(1_001);

            assertThat(refused(body(request("a").replace("5", number))).text())
                    .contains("requests.0", "too long");
            assertThat(refused(body(request("a").replace("[]", deep))).text())
                    .contains("requests.0", "too deep");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"max_cost_usd\":1e99999999999}",
                    "{\"max_cost_usd\":1e-99999999999}",
                    "{\"max_cost_usd\":1e999999999}",
                    "{\"max_cost_usd\":-1}",
                    "{\"max_cost_usd\":\"much\"}"
                })
        void limitThatIsNoAmountIsRefused(String millrace) {
            String body = body(request("a"));

            assertThat(
                            refused(
                                            body.substring(0, body.length() - 1)
                                                    + ",\"millrace\":"
                                                    + millrace
                                                    + "}")
                                    .text())
                    .startsWith("millrace");
        }

        @Test
        void optionsOfABatchMayBeTooDeep() {
            String deep = "[".repeat(700) + "]".repeat(700);
            String body = body(request("a"));

            assertThat(
                            refused(
                                            body.substring(0, body.length() - 1)
                                                    + ",\"millrace\":{\"x\":"
                                                    + deep
                                                    + "}}")
                                    .text())
                    .startsWith("millrace");
        }

        @Test
        void bytesThatAreNoUtf8AreRefused() {
            byte[] body = body(request("a").replace("[]", "[\"\u00ff\"]")).getBytes(ISO_8859_1);

            assertThatThrownBy(() -> read(LIMITS, new ByteArrayInputStream(body)))
                    .isInstanceOf(ApiError.class)
                    .hasMessageContaining("requests.0");
        }
    }

    @Nested
    class LargeBody {
        private ApiError tooLarge(String body) {
            ApiError error = refused(body);
            assertThat(error.kind()).isEqualTo(ErrorKind.TOO_LARGE);
            return error;
        }

        @Test
        void moreRequestsThanTheLimitAreRefused() {
            String body = body(request("a"), request("b"), request("c"), request("d"));

            assertThat(tooLarge(body).text()).contains("more than 3 requests");
        }

        @Test
        void requestAboveItsLimitIsNamed() {
            String large = request("b").replace("[]", "[\"" + "x".repeat(2_000) + "\"]");

            assertThat(tooLarge(body(request("a"), large)).text())
                    .startsWith("requests.1: the request has more than 2,000 bytes");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"requests\":[{\"custom_id\":\"",
                    "{\"requests\":[",
                    "{\"millrace\":{\"a\":\""
                })
        void valueWithoutEndIsNotHeldInMemory(String start) {
            String end = start.endsWith("[") ? " " : "x";

            assertThat(tooLarge(start + end.repeat(500_000)).text()).contains("2,000 bytes");
        }

        @Test
        void bodyAboveItsLimitIsRefused() {
            var limits = new RequestsReader.Limits(3, 100, MAX_REQUEST_BYTES);
            byte[] body = body(request("a"), request("b")).getBytes(UTF_8);

            assertThatThrownBy(() -> read(limits, new ByteArrayInputStream(body)))
                    .hasMessageContaining("more than 100 bytes");
        }
    }
}
