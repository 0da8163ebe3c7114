package dev.millrace.worker.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.wire.stream.ExpectedAnswer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import tools.jackson.databind.ObjectMapper;

/**
 * Mutates the recorded answers and errors of the providers. Whatever a provider sends, it gets a
 * verdict, and no verdict bills an absurd amount or asks for an absurd wait.
 */
class AnswerFuzzProperties {
    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");
    private static final long MAX_TOKENS = 4_000_000_000_000L;

    private static final List<String> BODIES =
            Stream.of("/provider-errors.json", "/provider-answers.json")
                    .flatMap(AnswerFuzzProperties::bodies)
                    .toList();

    private static Stream<String> bodies(String resource) {
        try (var in = AnswerFuzzProperties.class.getResourceAsStream(resource)) {
            return StreamSupport.stream(new ObjectMapper().readTree(in).spliterator(), false)
                    .map(row -> row.path("body"))
                    .map(body -> body.isString() ? body.stringValue() : body.toString())
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Provide
    Arbitrary<String> bodies() {
        return Arbitraries.of(BODIES);
    }

    @Provide
    Arbitrary<List<String>> inserted() {
        return Arbitraries.of(
                        "null",
                        "{",
                        "}",
                        "[",
                        "]",
                        "\"",
                        "-1",
                        "99999999999999999999",
                        "1e400",
                        "data: ",
                        "\n\n",
                        "NaN",
                        "\\",
                        "\0",
                        "余额不足",
                        "retry after 20 seconds",
                        "1.5",
                        "\"error\":",
                        ",",
                        ":")
                .list()
                .ofMaxSize(6);
    }

    @Provide
    Arbitrary<Endpoint> endpoints() {
        return Arbitraries.of(Endpoints.known().all());
    }

    @Property
    void everyBodyGetsAVerdict(
            @ForAll("bodies") String body,
            @ForAll("inserted") List<String> inserted,
            @ForAll @Size(6) List<@IntRange(max = 100_000) Integer> places,
            @ForAll @IntRange(max = 3_000) int cut,
            @ForAll("endpoints") Endpoint endpoint,
            @ForAll @IntRange(min = 200, max = 599) int status) {
        String changed = body;
        for (int i = 0; i < inserted.size(); i++) {
            int at = places.get(i) % (changed.length() + 1);
            changed = changed.substring(0, at) + inserted.get(i) + changed.substring(at);
        }
        byte[] bytes = changed.substring(0, Math.min(changed.length(), cut)).getBytes(UTF_8);
        var headers = new ResponseHeaders(Map.of("retry-after", String.join("", inserted)));

        for (int each : new int[] {200, status}) {
            check(
                    AnswerClassifier.verdict(
                            new ExpectedAnswer(endpoint, true),
                            new ExchangeEnd.Responded(each, headers, bytes),
                            NOW));
        }
    }

    private static void check(Verdict verdict) {
        if (verdict.billing() instanceof Billing.Billed(TokenUsage usage, _, _, var statedUsd)) {
            assertThat(statedUsd.orElse(BigDecimal.ZERO))
                    .isBetween(BigDecimal.ZERO, BigDecimal.valueOf(500));
            assertThat(usage.inputTokens()).isBetween(0L, MAX_TOKENS);
            assertThat(usage.outputTokens()).isBetween(0L, MAX_TOKENS);
        }
        if (verdict instanceof Verdict.Failed failed && failed.retryAfter() != null) {
            assertThat(failed.retryAfter()).isBetween(Duration.ofNanos(1), Duration.ofDays(31));
        }
    }
}
