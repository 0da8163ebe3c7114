package dev.millrace.gateway.usage;

import static dev.millrace.gateway.usage.StoredBatches.NOT_TEXT;
import static dev.millrace.gateway.usage.StoredBatches.line;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.batch.BatchOrigin;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.gateway.serving.ControlWaits;
import dev.millrace.store.fixture.TestDatabase;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Tests the answers of the API, which must be equal on both databases. */
abstract class UsageContract {
    private @Nullable RunningApi running;
    private @Nullable TestDatabase stored;

    abstract TestDatabase newDatabase() throws Exception;

    @BeforeEach
    void store() throws Exception {
        TestDatabase database = newDatabase();
        stored = database;
        new StoredBatches()
                .job("default", "b", 1, "0.1")
                .job("default", "b", 2, "0.2")
                .job("default", "b", 3, null, CostKind.SAVED, "0.3")
                .job("default", "b", 4, "timeout", CostKind.UNCERTAIN, "0.0000001")
                .job("default", "a/ö b.jsonl", 1, "1")
                .job("acme", "b", 1, "5")
                .deadLetter("default", "b", 5, "duplicate", "{}".getBytes(UTF_8))
                .deadLetter(null, "b", 6, "malformed_request", NOT_TEXT)
                .deadLetter("acme", "only letters", 1, "timeout", "x".getBytes(UTF_8))
                .manifest("a/ö b.jsonl", "1", 1, null)
                .manifest("b", "1", 6, "a/ö b.jsonl")
                .manifest("b", "2", 6, null)
                .manifest("b", "2", 5, null)
                .submitted(
                        "only submitted",
                        7,
                        new BatchOrigin(
                                Optional.of("Tickets <Ü>.jsonl"),
                                Map.of("queue", "Refunds"),
                                Set.of("qwen-turbo"),
                                Optional.of("key-1")))
                .storeIn(database);
        running = RunningApi.withoutKeys(database, List.of(), () -> RunningApi.STATE);
    }

    @AfterEach
    void stop() {
        api().close();
    }

    private RunningApi api() {
        return Objects.requireNonNull(running);
    }

    private static List<String> values(JsonNode list, String name) {
        var values = new ArrayList<String>();
        list.path("data").forEach(it -> values.add(it.path(name).asString()));
        return values;
    }

    private static BigDecimal money(JsonNode object, String name) {
        return object.path(name).decimalValue();
    }

    @Test
    void batchesAreListedByTenantAndName() throws Exception {
        JsonNode list = api().json("/batches");

        assertThat(values(list, "batch"))
                .containsExactly("b", "only letters", "a/ö b.jsonl", "b", "only submitted");
        JsonNode last = list.path("data").get(3);
        assertThat(last.path("results").asLong()).isEqualTo(4);
        assertThat(last.path("succeeded").asLong()).isEqualTo(3);
        assertThat(last.path("failed").asLong()).isEqualTo(1);
        assertThat(last.path("dead_letters").asLong()).isEqualTo(2);
        assertThat(last.path("first_finished_at").asString()).isEqualTo("2026-11-20T12:00:01.125Z");
        assertThat(list.path("next").isNull()).isTrue();
    }

    @Test
    void batchesHaveTheirOriginAndCosts() throws Exception {
        JsonNode list = api().json("/batches");

        JsonNode submitted = list.path("data").get(4);
        assertThat(submitted.path("file").asString()).isEqualTo("Tickets <Ü>.jsonl");
        assertThat(submitted.path("metadata").toString()).isEqualTo("{\"queue\":\"Refunds\"}");
        JsonNode others = list.path("data").get(3);
        assertThat(others.path("file").isNull()).isTrue();
        assertThat(money(others.path("costs"), "cost_usd")).isEqualByComparingTo("0.3");
        assertThat(others.path("waiting").size()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "B.JSONL,a/ö b.jsonl",
        "tickets%20%3C%C3%BC,only submitted",
        "queue:%20refunds,only submitted",
        "acme,b",
        "custom-3,b",
    })
    void searchFindsBatchesByNameFileMetadataTenantAndJob(String text, String batch)
            throws Exception {
        assertThat(values(api().json("/batches?search=" + text), "batch")).containsExactly(batch);
    }

    @ParameterizedTest
    @ValueSource(strings = {"custom", "key-1", "%25", "_", "nothing"})
    void searchTakesTextAsItIs(String text) throws Exception {
        assertThat(values(api().json("/batches?search=" + text), "batch")).isEmpty();
    }

    @Test
    void searchStaysWithinATenantAndALimit() throws Exception {
        assertThat(values(api().json("/batches?search=b&tenant=acme"), "tenant"))
                .containsExactly("acme");
        assertThat(values(api().json("/batches?search=b&limit=1"), "batch")).hasSize(1);
    }

    @Test
    void latestBatchesComeFirst() throws Exception {
        assertThat(values(api().json("/batches?search=default"), "batch"))
                .startsWith("b")
                .endsWith("only submitted");
    }

    @Test
    void waitsAreOfTheModelsAndTheKeyOfABatch() throws Exception {
        api().close();
        var asked = new ArrayList<ControlWaits.Scope>();
        running =
                RunningApi.withWaits(
                        Objects.requireNonNull(stored),
                        scope -> {
                            asked.add(scope);
                            return List.of(
                                    new Waiting(
                                            "qwen-turbo",
                                            Optional.empty(),
                                            WaitingReason.FOUND_LIMIT,
                                            "12 calls a minute",
                                            Optional.empty(),
                                            3));
                        });

        JsonNode batch = api().json("/batches/only%20submitted");

        assertThat(asked)
                .containsExactly(
                        new ControlWaits.Scope(
                                "default",
                                "only submitted",
                                Optional.of("key-1"),
                                Set.of("qwen-turbo")));
        assertThat(batch.path("waiting").toString())
                .isEqualTo(
                        "[{\"model\":\"qwen-turbo\",\"reason\":\"found_limit\","
                                + "\"value\":\"12 calls a minute\",\"jobs\":3}]");
    }

    @Test
    void batchThatHasEndedWaitsForNothing() throws Exception {
        api().close();
        running =
                RunningApi.withWaits(
                        Objects.requireNonNull(stored),
                        scope -> {
                            throw new AssertionError(scope);
                        });

        assertThat(api().json("/batches/a%2F%C3%B6%20b.jsonl").path("waiting").size()).isZero();
        assertThat(api().json("/batches/b?tenant=acme").path("waiting").size()).isZero();
    }

    @Test
    void pagesOfBatchesFollowEachOther() throws Exception {
        var seen = new ArrayList<String>();
        JsonNode page = api().json("/batches?limit=1");
        for (int pages = 0; pages < 9; pages++) {
            seen.addAll(values(page, "batch"));
            if (page.path("next").isNull()) {
                break;
            }
            page = api().json("/batches?limit=1&cursor=" + page.path("next").asString());
        }

        assertThat(seen).containsExactly("b", "only letters", "a/ö b.jsonl", "b", "only submitted");
    }

    @Test
    void pagesHaveEachBatchOnceInAnyCollation() throws Exception {
        var letters = new StoredBatches();
        for (String batch : List.of("a", "B", "_c", "D", "e")) {
            letters.deadLetter("mixed", batch, 1, "timeout", "x".getBytes(UTF_8));
        }
        letters.storeIn(Objects.requireNonNull(stored));
        var seen = new ArrayList<String>();
        JsonNode page = api().json("/batches?tenant=mixed&limit=2");
        seen.addAll(values(page, "batch"));
        while (!page.path("next").isNull() && seen.size() < 9) {
            page =
                    api().json(
                                    "/batches?tenant=mixed&limit=2&cursor="
                                            + page.path("next").asString());
            seen.addAll(values(page, "batch"));
        }

        assertThat(seen).containsExactlyInAnyOrder("a", "B", "_c", "D", "e");
    }

    @Test
    void batchHasCountsCostsErrorsAndLatency() throws Exception {
        JsonNode batch = api().json("/batches/b");

        assertThat(batch.path("results").asLong()).isEqualTo(4);
        assertThat(money(batch.path("costs"), "cost_usd")).isEqualByComparingTo("0.3");
        assertThat(money(batch.path("costs"), "uncertain_usd")).isEqualByComparingTo("0.0000001");
        assertThat(money(batch.path("costs"), "saved_usd")).isEqualByComparingTo("0.3");
        assertThat(batch.path("costs").path("cache_hit_rate").asDouble()).isEqualTo(0.25);
        assertThat(batch.path("models").get(0).path("model").asString()).isEqualTo("m-default");
        assertThat(batch.path("errors").toString())
                .isEqualTo(
                        "[{\"code\":\"duplicate\",\"jobs\":0,\"dead_letters\":1},"
                                + "{\"code\":\"malformed_request\",\"jobs\":0,\"dead_letters\":1},"
                                + "{\"code\":\"timeout\",\"jobs\":1,\"dead_letters\":0}]");
        assertThat(batch.path("latency").path("max_ms").asLong()).isEqualTo(400);
    }

    @Test
    void batchWithManifestsHasProgressAndEstimatedEnd() throws Exception {
        JsonNode batch = api().json("/batches/b");

        assertThat(batch.path("lines").asLong()).isEqualTo(12);
        // Four jobs and two dead letters in the first minute, four of them jobs.
        assertThat(batch.path("progress").asDouble()).isEqualTo(0.5);
        assertThat(batch.path("estimated_end").asString()).isEqualTo("2026-11-20T12:02:30Z");
        assertThat(batch.path("submitted_at").asString()).isEqualTo("2026-11-20T12:00:00.125Z");
        assertThat(batch.path("submitted_by").asString()).isEqualTo("ada@host");
        assertThat(batch.path("retry_of").asString()).isEqualTo("a/ö b.jsonl");
    }

    @Test
    void completeBatchHasNoEstimatedEnd() throws Exception {
        JsonNode batch = api().json("/batches/a%2F%C3%B6%20b.jsonl");

        assertThat(batch.path("progress").asDouble()).isEqualTo(1);
        assertThat(batch.path("estimated_end").isNull()).isTrue();
    }

    @Test
    void batchWithoutManifestHasNoProgress() throws Exception {
        JsonNode batch = api().json("/batches/b?tenant=acme");

        assertThat(batch.path("lines").isNull()).isTrue();
        assertThat(batch.path("progress").isNull()).isTrue();
        assertThat(batch.path("submitted_at").isNull()).isTrue();
    }

    @Test
    void submittedBatchIsKnownBeforeItsFirstResult() throws Exception {
        JsonNode batch = api().json("/batches/only%20submitted");

        assertThat(batch.path("lines").asLong()).isEqualTo(7);
        assertThat(batch.path("progress").asDouble()).isZero();
        assertThat(batch.path("estimated_end").isNull()).isTrue();
    }

    @Test
    void nameOfBatchMayHaveAnyCharacter() throws Exception {
        assertThat(api().json("/batches/a%2F%C3%B6%20b.jsonl").path("results").asLong())
                .isEqualTo(1);
    }

    @Test
    void sameNameOfAnotherTenantIsAnotherBatch() throws Exception {
        JsonNode batch = api().json("/batches/b?tenant=acme");

        assertThat(money(batch.path("costs"), "cost_usd")).isEqualByComparingTo("5");
        assertThat(api().error(404, "/batches/b?tenant=nobody").path("code").asString())
                .isEqualTo("not_found");
    }

    @Test
    void resultsAreStreamedInInputOrder() throws Exception {
        HttpResponse<byte[]> response = api().get("/batches/b/results");

        assertThat(response.headers().firstValue("Content-Type")).contains("application/jsonl");
        assertThat(RunningApi.text(response).lines())
                .containsExactly(text(1), text(2), text(3), text(4));
    }

    private static String text(long line) {
        return new String(line("default", "b", line), UTF_8);
    }

    @Test
    void resultsResumeAfterALine() throws Exception {
        assertThat(RunningApi.text(api().get("/batches/b/results?after=2")).lines())
                .containsExactly(text(3), text(4));
        assertThat(RunningApi.text(api().get("/batches/b/results?after=4"))).isEmpty();
    }

    @Test
    void failedResultsAreStreamedAlone() throws Exception {
        assertThat(RunningApi.text(api().get("/batches/b/results?failed=true")).lines())
                .containsExactly(text(4));
        assertThat(RunningApi.text(api().get("/batches/b/results?failed=false&after=2")).lines())
                .containsExactly(text(3), text(4));
    }

    @Test
    void resultsAreCompressedOnRequest() throws Exception {
        HttpResponse<byte[]> response =
                api().get("/batches/b/results", "Accept-Encoding", "br, gzip;q=0.5");

        assertThat(response.headers().firstValue("Content-Encoding")).contains("gzip");
        var unpacked = new GZIPInputStream(new ByteArrayInputStream(response.body()));
        assertThat(new String(unpacked.readAllBytes(), UTF_8).lines()).hasSize(4);
        assertThat(
                        api().get("/batches/b/results", "Accept-Encoding", "gzip;q=0")
                                .headers()
                                .firstValue("Content-Encoding"))
                .isEmpty();
    }

    @Test
    void resultIsFoundByItsJob() throws Exception {
        var jobId = JobId.of("default", "b", "custom-2");

        assertThat(RunningApi.text(api().get("/results/" + jobId))).isEqualTo(text(2));
        assertThat(api().error(404, "/results/" + "0".repeat(32)).path("code").asString())
                .isEqualTo("not_found");
        assertThat(api().error(400, "/results/x").path("param").asString()).isEqualTo("job_id");
    }

    @Test
    void costsAreGroupedByAnyCombination() throws Exception {
        JsonNode list = api().json("/costs?by=tenant,batch,day");

        assertThat(values(list, "tenant")).containsExactly("acme", "default", "default");
        assertThat(values(list, "batch")).containsExactly("b", "a/ö b.jsonl", "b");
        assertThat(values(list, "day")).containsOnly("2026-11-20");
        assertThat(money(list.path("data").get(2), "cost_usd")).isEqualByComparingTo("0.3");
        assertThat(list.path("data").get(2).path("tokens").path("input").asLong()).isEqualTo(300);
    }

    @Test
    void pagesOfCostsFollowEachOther() throws Exception {
        JsonNode first = api().json("/costs?by=tenant&limit=1");
        JsonNode second =
                api().json("/costs?by=tenant&limit=1&cursor=" + first.path("next").asString());

        assertThat(values(first, "tenant")).containsExactly("acme");
        assertThat(values(second, "tenant")).containsExactly("default");
        assertThat(second.path("next").isNull()).isTrue();
    }

    @Test
    void armHasTheCostsOfEveryAttempt() throws Exception {
        new StoredBatches()
                .uncertainAttempt("two attempts", "b", 1, "0.5")
                .job("two attempts", "b", 1, "0.25")
                .storeIn(Objects.requireNonNull(stored));

        for (String question : List.of("", "&batch=b")) {
            JsonNode arms = api().json("/costs?by=arm&tenant=two%20attempts" + question);
            assertThat(values(arms, "arm")).containsExactly("arm-two attempts");
            JsonNode arm = arms.path("data").get(0);
            assertThat(money(arm, "cost_usd")).isEqualByComparingTo("0.25");
            assertThat(money(arm, "uncertain_usd")).isEqualByComparingTo("0.5");
            assertThat(arm.path("errors").asLong()).isZero();
            assertThat(arm.path("p95_ms").asLong()).isEqualTo(100);
        }
    }

    @Test
    void costsAreFilteredByTimeAndName() throws Exception {
        String noon = "2026-11-20T12:00:";

        assertThat(
                        money(
                                api().json(
                                                "/costs?by=batch&tenant=default&batch=b&from="
                                                        + noon
                                                        + "02Z&to="
                                                        + noon
                                                        + "03Z")
                                        .path("data")
                                        .get(0),
                                "cost_usd"))
                .isEqualByComparingTo("0.2");
        assertThat(values(api().json("/costs?from=2026-11-21"), "model")).isEmpty();
        assertThat(values(api().json("/costs?model=m-acme&provider=p"), "model"))
                .containsExactly("m-acme");
    }

    @Test
    void usageAddsUpJobsTokensMoneyAndLatency() throws Exception {
        JsonNode usage = api().json("/usage?tenant=default");

        assertThat(usage.path("jobs").asLong()).isEqualTo(5);
        assertThat(usage.path("cached_jobs").asLong()).isEqualTo(1);
        assertThat(usage.path("attempts").asLong()).isEqualTo(4);
        assertThat(money(usage, "cost_usd")).isEqualByComparingTo("1.3");
        assertThat(usage.path("latency").toString())
                .isEqualTo(
                        "{\"calls\":4,\"average_ms\":200,\"p50_ms\":108,\"p95_ms\":400,"
                                + "\"p99_ms\":400,\"max_ms\":400,\"exact_percentiles\":false}");
    }

    @Test
    void usageOfABatchHasExactPercentiles() throws Exception {
        JsonNode usage = api().json("/usage?batch=b&tenant=default");

        assertThat(usage.path("latency").toString())
                .isEqualTo(
                        "{\"calls\":3,\"average_ms\":233,\"p50_ms\":200,\"p95_ms\":400,"
                                + "\"p99_ms\":400,\"max_ms\":400,\"exact_percentiles\":true}");
    }

    @Test
    void costsWithoutABatchOutliveTheirEvents() throws Exception {
        Objects.requireNonNull(stored).execute("DELETE FROM costs");

        assertThat(money(api().json("/usage?from=2026-11-20&to=2026-11-21"), "cost_usd"))
                .isEqualByComparingTo("6.3");
        JsonNode hours = api().json("/costs?by=hour,arm");
        assertThat(values(hours, "hour")).containsOnly("2026-11-20T12:00:00Z");
        assertThat(values(hours, "arm")).containsExactly("arm-acme", "arm-default");
        assertThat(money(hours.path("data").get(1), "uncertain_usd"))
                .isEqualByComparingTo("0.0000001");
    }

    @Test
    void costsOfAPartOfAMinuteAreExact() throws Exception {
        String noon = "2026-11-20T12:00:";

        assertThat(
                        money(
                                api().json("/usage?from=%s02Z&to=%s03Z".formatted(noon, noon)),
                                "cost_usd"))
                .isEqualByComparingTo("0.2");
    }

    @Test
    void usageOfNothingIsZero() throws Exception {
        JsonNode usage = api().json("/usage?tenant=nobody");

        assertThat(usage.path("jobs").asLong()).isZero();
        assertThat(usage.path("cache_hit_rate").asDouble()).isZero();
    }

    @Test
    void errorsAreCountedByCode() throws Exception {
        assertThat(api().json("/errors").path("data").toString())
                .isEqualTo(
                        "[{\"code\":\"duplicate\",\"jobs\":0,\"dead_letters\":1},"
                                + "{\"code\":\"malformed_request\",\"jobs\":0,\"dead_letters\":1},"
                                + "{\"code\":\"timeout\",\"jobs\":1,\"dead_letters\":1}]");
        assertThat(values(api().json("/errors?model=m-default"), "code"))
                .containsExactly("timeout");
    }

    @Test
    void deadLettersAreListedLatestFirstWithTheirBytes() throws Exception {
        JsonNode list = api().json("/dead-letters");

        assertThat(values(list, "reason"))
                .containsExactly("malformed_request", "duplicate", "timeout");
        JsonNode first = list.path("data").get(0);
        assertThat(first.path("value").path("base64").asString())
                .isEqualTo(Base64.getEncoder().encodeToString(NOT_TEXT));
        assertThat(first.path("key").isNull()).isTrue();
        assertThat(list.path("data").get(1).path("value").path("text").asString()).isEqualTo("{}");
    }

    @Test
    void pagesOfDeadLettersFollowEachOther() throws Exception {
        JsonNode first = api().json("/dead-letters?limit=2");
        JsonNode second =
                api().json("/dead-letters?limit=2&cursor=" + first.path("next").asString());

        assertThat(values(second, "reason")).containsExactly("timeout");
        assertThat(second.path("next").isNull()).isTrue();
    }
}
