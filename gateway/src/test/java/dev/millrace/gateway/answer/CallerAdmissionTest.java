package dev.millrace.gateway.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.gateway.access.KeyRights;
import dev.millrace.gateway.http.ApiStyle;
import dev.millrace.gateway.http.Caller;
import dev.millrace.gateway.http.CallerLimits;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.http.HttpRoute;
import dev.millrace.gateway.http.RunningServer;
import dev.millrace.gateway.job.AwaitedResult;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CallerAdmissionTest {
    private final AtomicInteger admitted = new AtomicInteger();
    private final AtomicLong admittedTokens = new AtomicLong();
    private final AtomicLong usedTokens = new AtomicLong(-1);

    /** Permits one model. */
    private CallerLimits limits() {
        return new CallerLimits() {
            @Override
            public boolean permits(String model) {
                return model.equals("gpt-4.1");
            }

            @Override
            public Admission admit(long tokens) {
                admitted.incrementAndGet();
                admittedTokens.set(tokens);
                return usedTokens::set;
            }

            @Override
            public Map<String, String> headers(ApiStyle style) {
                return Map.of();
            }
        };
    }

    /** What the job ends with. */
    private AwaitedResult ended = new AwaitedResult(new byte[0], "{}".getBytes(UTF_8), Map.of());

    private void admit(Exchange exchange) throws IOException {
        if (RequestParser.parse(exchange.body()) instanceof ParseResult.Accepted(var line)) {
            var admission = new CallerAdmission(exchange);
            admission.admit(line);
            admission.settle(ended);
        }
        exchange.sendJson("{}".getBytes(UTF_8));
    }

    private int status(String model, String options) throws Exception {
        try (var server =
                RunningServer.of(
                        List.of(HttpRoute.post("lines", this::admit)),
                        _ ->
                                new Caller(
                                        "ci",
                                        "acme",
                                        "key-1",
                                        Optional.empty(),
                                        KeyRights.CALLS,
                                        limits()))) {
            return server.send(
                            "POST",
                            "/v1/lines",
                            """
                            {"custom_id":"a","method":"POST","url":"/v1/embeddings","body":{"model":"%s","input":"x"}%s}"""
                                    .formatted(model, options))
                    .statusCode();
        }
    }

    @Test
    void modelsOfTheCallerAreAdmitted() throws Exception {
        assertThat(status("gpt-4.1", "")).isEqualTo(200);
        assertThat(status("gpt-4.1", ",\"millrace\":{\"fallback\":[\"gpt-4.1\"]}")).isEqualTo(200);
        assertThat(admitted.get()).isEqualTo(2);
    }

    @Test
    void otherModelsAreRefusedAsFallbacksToo() throws Exception {
        assertThat(status("qwen-turbo", "")).isEqualTo(403);
        assertThat(status("gpt-4.1", ",\"millrace\":{\"fallback\":[\"qwen-turbo\"]}"))
                .isEqualTo(403);
        assertThat(admitted.get()).isZero();
    }

    @Test
    void largestOutputLimitIsNoNegativeEstimate() throws Exception {
        assertThat(status("gpt-4.1\",\"max_tokens\":9223372036854775807,\"a\":\"", ""))
                .isEqualTo(200);

        assertThat(admittedTokens.get())
                .isBetween(
                        CallerAdmission.MAX_OUTPUT_TOKENS, CallerAdmission.MAX_OUTPUT_TOKENS + 100);
    }

    @Test
    void failedJobHasUsedNoTokens() throws Exception {
        ended =
                AwaitedResult.read(
                        "{\"millrace\":{\"error_code\":\"unknown_model\"}}".getBytes(UTF_8));

        assertThat(status("gpt-4.1", "")).isEqualTo(200);

        assertThat(usedTokens.get()).isZero();
    }

    @Test
    void answerWithoutUsageKeepsTheEstimate() throws Exception {
        assertThat(status("gpt-4.1", "")).isEqualTo(200);

        assertThat(usedTokens.get()).isEqualTo(-1);
    }
}
