package dev.millrace.worker.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.provider.ProviderBlock;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.wire.stream.AssembledAnswer;
import dev.millrace.wire.stream.ExpectedAnswer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The errors of the providers: one row of {@code provider-errors.json} for each shape, as recorded
 * in the row's source.
 */
class ProviderErrorsTest {
    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");

    /** Errors that cost nothing within a 200 too, unless a part of the answer came before. */
    private static final Set<ErrorCode> REFUSALS =
            Set.of(ErrorCode.RATE_LIMIT_EXCEEDED, ErrorCode.QUOTA_EXCEEDED);

    record Row(JsonNode fields) {
        private String text(String key) {
            return fields.required(key).stringValue();
        }

        private ErrorCode expected() {
            return Stream.of(ErrorCode.values())
                    .filter(it -> it.code().equals(text("error")))
                    .findFirst()
                    .orElseThrow();
        }

        private ExchangeEnd exchange() {
            var headers = new HashMap<String, String>();
            fields.path("headers")
                    .properties()
                    .forEach(it -> headers.put(it.getKey(), it.getValue().stringValue()));
            JsonNode body = fields.required("body");
            byte[] bytes = (body.isString() ? body.stringValue() : body.toString()).getBytes(UTF_8);
            return fields.has("stream")
                    ? new ExchangeEnd.Streamed(
                            new ResponseHeaders(headers), new AssembledAnswer.Failed(bytes), 0)
                    : new ExchangeEnd.Responded(
                            fields.required("status").intValue(),
                            new ResponseHeaders(headers),
                            bytes);
        }

        @Override
        public String toString() {
            return text("provider") + ": " + text("case");
        }
    }

    private static Stream<Row> rows() throws IOException {
        try (var in = ProviderErrorsTest.class.getResourceAsStream("/provider-errors.json")) {
            return StreamSupport.stream(new ObjectMapper().readTree(in).spliterator(), false)
                    .map(Row::new);
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void recordedErrorHasItsCodeAndWait(Row row) {
        var failed =
                (Verdict.Failed)
                        AnswerClassifier.verdict(
                                new ExpectedAnswer(Endpoint.CHAT_COMPLETIONS, true),
                                row.exchange(),
                                NOW);

        assertThat(failed.error()).isEqualTo(row.expected());
        assertThat(failed.retryAfter())
                .isEqualTo(row.fields().has("wait") ? Duration.parse(row.text("wait")) : null);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void onlyAnErrorWithin200OrOfAGatewayMayHaveBeenBilled(Row row) {
        Verdict verdict =
                AnswerClassifier.verdict(
                        new ExpectedAnswer(Endpoint.CHAT_COMPLETIONS, true), row.exchange(), NOW);

        int status = row.fields().required("status").intValue();
        boolean isRefusal = status != 200 || REFUSALS.contains(row.expected());
        boolean hasContent = row.fields().required("body").path("choices").size() > 0;
        boolean isUnbilled =
                isRefusal
                        && !List.of(408, 502, 504, 524).contains(status)
                        && (!hasContent || row.fields().has("stream"));
        assertThat(verdict.billing()).isEqualTo(isUnbilled ? Billing.NOTHING : Billing.UNCERTAIN);
    }

    @Test
    void everyShippedProviderHasItsRows() throws IOException {
        var providers =
                Stream.concat(
                        ProviderBlock.shipped().stream().map(ProviderBlock::name),
                        Stream.of("proxy"));

        assertThat(rows().map(it -> it.text("provider")).toList()).containsAll(providers.toList());
        assertThat(rows().map(it -> it.text("source"))).allMatch(it -> it.startsWith("https://"));
    }

    @Test
    void quotedErrorGivesTheMessage() throws IOException {
        Row quoted =
                rows().filter(it -> it.text("case").equals("provider's own error"))
                        .findFirst()
                        .orElseThrow();

        var failed =
                (Verdict.Failed)
                        AnswerClassifier.verdict(
                                new ExpectedAnswer(Endpoint.CHAT_COMPLETIONS, true),
                                quoted.exchange(),
                                NOW);

        assertThat(failed.message())
                .isEqualTo(
                        "the provider answered 400: This model's maximum context length is 8192"
                                + " tokens.");
    }
}
