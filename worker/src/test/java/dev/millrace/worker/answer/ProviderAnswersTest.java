package dev.millrace.worker.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.millrace.configuration.provider.ProviderBlock;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.wire.stream.ExpectedAnswer;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The answers of the providers: {@code provider-answers.json} has one row for each provider and url
 * with a special form of answer, written from the row's source.
 */
class ProviderAnswersTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    record Row(JsonNode fields) {
        String text(String key) {
            return fields.required(key).stringValue();
        }

        Endpoint endpoint() {
            return Endpoints.known().of(text("url")).orElseThrow();
        }

        byte[] body() {
            return fields.required("body").toString().getBytes(UTF_8);
        }

        TokenUsage usage() {
            JsonNode usage = fields.required("usage");
            return new TokenUsage(
                    usage.required("input").longValue(),
                    usage.required("cached").longValue(),
                    usage.required("written").longValue(),
                    usage.required("output").longValue(),
                    usage.required("reasoning").longValue());
        }

        private Verdict verdict() {
            return AnswerClassifier.verdict(
                    new ExpectedAnswer(endpoint(), true),
                    new ExchangeEnd.Responded(200, new ResponseHeaders(Map.of()), body()),
                    Instant.EPOCH);
        }

        @Override
        public String toString() {
            return text("provider") + " " + text("url");
        }
    }

    static Stream<Row> rows() throws IOException {
        try (var in = ProviderAnswersTest.class.getResourceAsStream("/provider-answers.json")) {
            return StreamSupport.stream(JSON.readTree(in).spliterator(), false).map(Row::new);
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void answerIsBilledByItsTokens(Row row) {
        assertThat(row.verdict())
                .asInstanceOf(type(Verdict.Answered.class))
                .extracting(Verdict.Answered::billing)
                .asInstanceOf(type(Billing.Billed.class))
                .extracting(Billing.Billed::usage)
                .isEqualTo(row.usage());
    }

    @Test
    void everyShippedProviderAndEveryUrlHasARow() throws IOException {
        assertThat(rows().map(it -> it.text("provider")).toList())
                .containsAll(ProviderBlock.shipped().stream().map(ProviderBlock::name).toList());
        assertThat(rows().map(Row::endpoint).toList()).containsAll(Endpoints.known().all());
        assertThat(rows().map(it -> it.text("source"))).allMatch(it -> it.startsWith("https://"));
    }
}
