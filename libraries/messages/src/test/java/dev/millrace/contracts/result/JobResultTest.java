package dev.millrace.contracts.result;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.Fallback;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.JobLabels;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JobResultTest {
    private static final JobId JOB = JobId.of("acme", "2026-11-20", "ticket-17");

    private static JobResult result(Outcome outcome, @Nullable String metadata) {
        return result(outcome, null, metadata);
    }

    private static JobResult result(
            Outcome outcome, @Nullable Long firstTokenMs, @Nullable String metadata) {
        return result(outcome, firstTokenMs, List.of(), metadata);
    }

    private static JobResult result(
            Outcome outcome,
            @Nullable Long firstTokenMs,
            List<Fallback> fallbacks,
            @Nullable String metadata) {
        return result(outcome, firstTokenMs, fallbacks, metadata, null);
    }

    private static JobResult result(
            Outcome outcome,
            @Nullable Long firstTokenMs,
            List<Fallback> fallbacks,
            @Nullable String metadata,
            @Nullable Long addedOutputLimit) {
        return new JobResult(
                "ticket-17",
                outcome,
                new Provenance(
                        new JobFacts(
                                new BatchJob(JOB, "acme", "2026-11-20"),
                                17L,
                                new Route("default/3@v7", null),
                                null,
                                BigDecimal.ZERO,
                                EndReceivers.ofPartition(null),
                                fallbacks,
                                addedOutputLimit,
                                null),
                        new Calls(
                                "deepseek-flash",
                                "deepseek",
                                1,
                                new BigDecimal("0.000336"),
                                new JobTimes(812, 41, null),
                                firstTokenMs),
                        new JobLabels(null, metadata)));
    }

    @Test
    void resultNamesAnAddedOutputLimit() {
        var outcome = new Outcome.Answered(200, null, ProviderBody.of("{}".getBytes(UTF_8)), null);

        assertThat(
                        tree(result(outcome, null, List.of(), null, 4_096L))
                                .get("millrace")
                                .get("added_output_limit")
                                .asInt())
                .isEqualTo(4_096);
        assertThat(tree(result(outcome, null)).get("millrace").has("added_output_limit")).isFalse();
    }

    @Test
    void resultTellsTheModelsThatTheJobHasLeft() {
        var left = List.of(new Fallback("gpt-4.1", "timeout"), new Fallback("x", "unknown_model"));
        var outcome = new Outcome.Answered(200, null, ProviderBody.of("{}".getBytes(UTF_8)), null);

        assertThat(tree(result(outcome, null, left, null)).get("millrace").get("fallbacks"))
                .hasToString(
                        "[{\"model\":\"gpt-4.1\",\"reason\":\"timeout\"},"
                                + "{\"model\":\"x\",\"reason\":\"unknown_model\"}]");
        assertThat(tree(result(outcome, null)).get("millrace").has("fallbacks")).isFalse();
    }

    @Test
    void resultSaysHowItsDocumentWasSplit() {
        var outcome = new Outcome.Answered(200, null, ProviderBody.of("{}".getBytes(UTF_8)), null);
        var note =
                new SplitNote(List.of(JOB), List.of(new SplitNote.OmittedPart(3, "timeout")), 2, 4);
        var split =
                new Provenance(
                        JobFacts.of(
                                new BatchJob(JOB, "acme", "b"),
                                null,
                                Route.NONE,
                                EndReceivers.ofPartition(null),
                                null),
                        new Calls("m", null, 1, BigDecimal.ONE, new JobTimes(0, 0, null), null),
                        Provenance.CACHE_MISS,
                        new JobLabels(null, null),
                        null,
                        note);

        assertThat(tree(new JobResult("c", outcome, split)).get("millrace").get("split"))
                .hasToString(
                        "{\"parts\":[\"%s\"],\"levels\":2,\"reducers\":4,\"omitted\":[{\"part\":3,\"error_code\":\"timeout\"}]}"
                                .formatted(JOB));
        assertThat(tree(result(outcome, null)).get("millrace").has("split")).isFalse();
    }

    private static JobResult answered(String body) {
        return result(
                new Outcome.Answered(200, "req_1", ProviderBody.of(body.getBytes(UTF_8)), null),
                null);
    }

    private static String line(JobResult result) {
        return new String(result.toJson(), UTF_8);
    }

    private static JsonNode tree(JobResult result) {
        return JsonMapper.shared().readTree(result.toJson());
    }

    @Nested
    class WithAnAnswer {
        @Test
        void matchesTheDocumentedLine() {
            assertThat(
                            line(
                                    result(
                                            new Outcome.Answered(
                                                    200,
                                                    "req_1",
                                                    ProviderBody.of("{\"ok\":1.0}".getBytes(UTF_8)),
                                                    null),
                                            "{\"queue\":\"refunds\"}")))
                    .isEqualTo(
                            "{\"id\":\"batch_req_"
                                    + JOB
                                    + "\",\"custom_id\":\"ticket-17\",\"response\":{\"status_code\":200,"
                                    + "\"request_id\":\"req_1\",\"body\":{\"ok\":1.0}},\"error\":null,"
                                    + "\"millrace\":{\"job_id\":\""
                                    + JOB
                                    + "\",\"tenant\":\"acme\",\"batch\":\"2026-11-20\",\"line\":17,"
                                    + "\"model\":\"deepseek-flash\",\"provider\":\"deepseek\",\"attempts\":1,"
                                    + "\"cache\":\"miss\",\"cost_usd\":0.000336,\"queued_ms\":41,"
                                    + "\"upstream_ms\":812,\"routed_by\":\"default/3@v7\","
                                    + "\"error_code\":null,\"metadata\":{\"queue\":\"refunds\"}}}");
        }

        @Test
        void saysWhenTheFirstTokenOfAStreamedAnswerCame() {
            var answer = new Outcome.Answered(200, null, ProviderBody.of(new byte[] {'1'}), null);

            assertThat(line(result(answer, 95L, null)))
                    .contains("\"upstream_ms\":812,\"ttft_ms\":95,\"routed_by\":");
        }

        @Test
        void namesTheFieldsThatTheLastCallAdded() {
            var calls =
                    new Calls(
                            "m",
                            "p",
                            1,
                            BigDecimal.ONE,
                            new JobTimes(1, 2, null),
                            null,
                            List.of("prompt_cache_key"));
            var provenance =
                    new Provenance(
                            JobFacts.of(
                                    new BatchJob(JOB, "acme", "b"),
                                    null,
                                    Route.NONE,
                                    EndReceivers.ofPartition(null),
                                    null),
                            calls,
                            new JobLabels(null, null));
            var answer = new Outcome.Answered(200, null, ProviderBody.of(new byte[] {'1'}), null);

            assertThat(line(new JobResult("a", answer, provenance)))
                    .contains("\"upstream_ms\":1,\"added_fields\":[\"prompt_cache_key\"],");
        }

        @Test
        void isOneLineForAnyBody() {
            assertThat(line(answered("{\n\"a\":\r\n[1,\n\n2]\n}\n"))).doesNotContain("\n", "\r");
        }

        @Test
        void storesANonJsonBodyAsText() {
            assertThat(tree(answered("<h1>\"502\"</h1>\n")).at("/response/body").asString())
                    .isEqualTo("<h1>\"502\"</h1>\n");
        }

        @Test
        void storesTruncatedText() {
            String emoji = "😀".repeat(ProviderBody.MAX_TEXT_CHARS);
            assertThat(tree(answered("x" + emoji)).at("/response/body").asString())
                    .startsWith("x😀");
        }

        @Test
        void addsTheErrorCodeToAProvidersError() {
            JobResult result =
                    result(
                            new Outcome.Answered(
                                    400,
                                    null,
                                    ProviderBody.of("{\"error\":{}}".getBytes(UTF_8)),
                                    ErrorCode.VALIDATION_ERROR),
                            null);
            assertThat(tree(result).at("/error").isNull()).isTrue();
            assertThat(ResultView.read(result.toJson()).errorCode()).isEqualTo("validation_error");
            assertThat(ResultView.read(result.toJson()).statusCode()).isEqualTo(400);
        }

        @Test
        void saysFromWhichApiItWasTranslatedAndWhatWasOmitted() {
            JobResult result = translated(List.of("body.cache_control", "response.body.x"));

            assertThat(tree(result).at("/millrace/translated_from").asString())
                    .isEqualTo("/v1/messages");
            assertThat(tree(result).at("/millrace/omitted").toString())
                    .isEqualTo("[\"body.cache_control\",\"response.body.x\"]");
            assertThat(ResultView.read(result.toJson()).jobId()).isEqualTo(JOB.value());
        }

        @Test
        void namesNoOmittedFieldsIfThereAreNone() {
            assertThat(tree(translated(List.of())).at("/millrace").has("omitted")).isFalse();
        }

        private static JobResult translated(List<String> omitted) {
            return result(
                    new Outcome.Answered(
                            200,
                            "req_1",
                            ProviderBody.of("{}".getBytes(UTF_8)),
                            null,
                            new TranslationNote(Endpoint.MESSAGES, omitted)),
                    null);
        }

        @Test
        void readsPastABodyThatLooksLikeAResult() {
            ResultView view =
                    ResultView.read(
                            answered(
                                            "{\"millrace\":{\"job_id\":\"x\"},\"status_code\":500,"
                                                    + "\"custom_id\":\"no\"}")
                                    .toJson());
            assertThat(view.customId()).isEqualTo("ticket-17");
            assertThat(view.statusCode()).isEqualTo(200);
            assertThat(view.jobId()).isEqualTo(JOB.value());
        }

        @Test
        void isReadableWithADeeplyNestedBody() {
            for (int depth = 900; depth <= 1_001; depth++) {
                String deep = "[".repeat(depth) + "]".repeat(depth);
                assertThat(ResultView.read(answered(deep).toJson()).jobId()).isEqualTo(JOB.value());
            }
        }
    }

    @Nested
    class WithoutAnAnswer {
        @Test
        void containsTheError() {
            JobResult result =
                    result(
                            new Outcome.Unanswered(
                                    ErrorCode.TIMEOUT,
                                    "no first byte in 120 s",
                                    "body.model",
                                    Duration.ofMillis(1_500),
                                    "req_2"),
                            null);
            JsonNode error = tree(result).at("/error");
            assertThat(tree(result).at("/response").isNull()).isTrue();
            assertThat(error.at("/code").asString()).isEqualTo("timeout");
            assertThat(error.at("/param").asString()).isEqualTo("body.model");
            assertThat(error.at("/retry_after").decimalValue()).isEqualByComparingTo("1.5");
            assertThat(ResultView.read(result.toJson()).statusCode()).isNull();
            assertThat(ResultView.read(result.toJson()).errorCode()).isEqualTo("timeout");
        }

        @Test
        void replacesALoneSurrogateInAMessage() {
            JobResult result =
                    result(Outcome.rejected(ErrorCode.UNKNOWN_MODEL, "no model \ud83d."), null);
            assertThat(tree(result).at("/error/message").asString()).isEqualTo("no model \ufffd.");
        }
    }

    @Nested
    class Reading {
        @Test
        void rejectsOtherValues() {
            for (String value :
                    new String[] {"", "[]", "null", "{}", "{\"custom_id\":\"x\"}", "{\"a\":"}) {
                assertThatThrownBy(() -> ResultView.read(value.getBytes(UTF_8)))
                        .as(value)
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }

        @Test
        void rejectsTrailingContent() {
            String twice = line(answered("{}")) + "\n" + line(answered("{}"));
            assertThatThrownBy(() -> ResultView.read(twice.getBytes(UTF_8)))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void acceptsTrailingWhiteSpace() {
            assertThat(ResultView.read((line(answered("{}")) + "\n").getBytes(UTF_8)).jobId())
                    .isEqualTo(JOB.value());
        }
    }

    @Property
    void survivesARoundTrip(
            @ForAll String customId,
            @ForAll @LongRange(min = 1) long line,
            @ForAll @IntRange(max = 100) int attempts,
            @ForAll @BigRange(min = "0", max = "1000000") @Scale(20) BigDecimal cost,
            @ForAll @LongRange(min = 0) long millis,
            @ForAll String body) {
        String id = new String(customId.getBytes(UTF_8), UTF_8);
        JobId jobId = JobId.of("acme", "b", id);
        byte[] written =
                new JobResult(
                                id,
                                new Outcome.Answered(
                                        200, null, ProviderBody.of(body.getBytes(UTF_8)), null),
                                new Provenance(
                                        JobFacts.of(
                                                new BatchJob(jobId, "acme", "b"),
                                                line,
                                                Route.NONE,
                                                EndReceivers.ofPartition(null),
                                                null),
                                        new Calls(
                                                "m",
                                                null,
                                                attempts,
                                                cost,
                                                new JobTimes(millis, millis, null),
                                                millis),
                                        new JobLabels(null, null)))
                        .toJson();
        assertThat(new String(written, UTF_8)).doesNotContain("\n", "\r");
        assertThat(ResultView.read(written))
                .isEqualTo(
                        new ResultView(
                                jobId.value(),
                                id,
                                "acme",
                                "b",
                                line,
                                200,
                                null,
                                "m",
                                null,
                                attempts,
                                cost,
                                millis,
                                millis));
    }
}
