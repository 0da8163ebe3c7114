package dev.millrace.standalone.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.results.BatchKey;
import dev.millrace.results.fixture.BatchTotals;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.usage.ServedPipeline;
import dev.millrace.standalone.usage.ServedPipeline.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tests {@code retry} on a running pipeline. Each batch has jobs of two models: one answers, the
 * other refuses every prompt until the batch is complete.
 */
class RetryIT {
    private static final int GOOD = 6;
    private static final int BAD = 4;
    private static final String BROKEN = "{\"failures\":{\"content_filter\":1}}";
    private static final String CONFIG =
            """
            providers:
              simulator: { wire: openai, simulator: {} }
            models:
              good: { provider: simulator, price: { input: 1, output: 2 } }
              bad: { provider: simulator, price: { input: 1, output: 2 } }
            gateway: { listen: "127.0.0.1:0" }
            """;

    @TempDir private static Path folder;
    private static ServedPipeline pipeline;

    /** The batch of a test, named like the test. */
    private String batch = "";

    private String retry = "";
    private Path file = Path.of("");
    private long goodJobs;
    private long badJobs;

    @BeforeAll
    static void start() throws IOException {
        pipeline = ServedPipeline.start(folder, CONFIG);
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @BeforeEach
    void runABatchWithFailures(TestInfo test) throws Exception {
        batch = test.getTestMethod().orElseThrow().getName();
        retry = batch + ".retry-1";
        file = Files.writeString(folder.resolve(batch), lines(0, GOOD + BAD));
        goodJobs = calledJobs("good") + GOOD;
        badJobs = calledJobs("bad") + BAD;
        pipeline.behave("bad", BROKEN);
        assertThat(pipeline.run("submit", file.toString()).code()).isEqualTo(ExitCode.OK);
        assertThat(awaitResults(batch, GOOD + BAD).failed()).isEqualTo(BAD);
        assertCalls(0);
        pipeline.behave("bad", "{}");
    }

    /** Returns lines of a file; the first lines of a batch are for the model that answers. */
    private static String lines(int first, int end) {
        return IntStream.range(first, end)
                .mapToObj(
                        it ->
                                """
                                {"custom_id":"%1$d","method":"POST","url":"/v1/chat/completions","body":{"model":"%2$s","max_tokens":20,"messages":[{"role":"user","content":"Where is parcel %1$d?"}]}}
                                """
                                        .formatted(it, it < GOOD ? "good" : "bad"))
                .collect(Collectors.joining());
    }

    private static BatchTotals awaitResults(String name, int results) {
        return await().until(
                        () -> BatchTotals.of(pipeline.jdbcUrl(), BatchKey.of(name)),
                        it -> it.results() == results);
    }

    /** Asserts that only failed jobs were called again, and how many. */
    private void assertCalls(int again) {
        // The provider counts a call after its answer.
        await().until(() -> calledJobs("bad") >= badJobs + again && calledJobs("good") >= goodJobs);
        assertThat(calledJobs("bad")).as(RetryIT::ledger).isEqualTo(badJobs + again);
        assertThat(calledJobs("good")).as(RetryIT::ledger).isEqualTo(goodJobs);
    }

    /**
     * Returns the number of jobs that the provider was called for. A worker that its group expels,
     * as on a machine that stands still for seconds, calls its running jobs again.
     */
    private static long calledJobs(String model) {
        return pipeline.simulator().ledger().entries().stream()
                .filter(it -> it.model().equals(model))
                .map(it -> it.caller().idempotencyKey())
                .distinct()
                .count();
    }

    private static String ledger() {
        return pipeline.simulator().ledger().entries().stream()
                .map(it -> it.toJson().toString())
                .collect(Collectors.joining("\n"));
    }

    private Ended retry(String... options) {
        var words = new ArrayList<>(List.of("retry", batch, file.toString()));
        words.addAll(List.of(options));
        return pipeline.run(words.toArray(String[]::new));
    }

    private static JsonNode json(Ended ended) {
        assertThat(ended.out().lines()).as(ended.err()).hasSize(1);
        return new JsonMapper().readTree(ended.out());
    }

    @Nested
    class FirstRetry {
        @Test
        void onlyFailedJobsAreCalledAgainAsALinkedBatch() throws Exception {
            Ended ended = retry();

            assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
            assertThat(ended.out())
                    .isEqualTo("4 failed jobs found, 4 published as %s%n".formatted(retry));
            assertThat(awaitResults(retry, BAD).failed()).isZero();
            assertCalls(BAD);
            assertLinked();
            assertThat(pipeline.run("results", retry).out().lines())
                    .extracting(it -> new JsonMapper().readTree(it))
                    .extracting(it -> it.path("millrace").path("line").asInt())
                    .containsExactly(7, 8, 9, 10);
        }

        private void assertLinked() {
            await().until(() -> status(retry).path("progress").asDouble(), it -> it == 1);
            JsonNode status = status(retry);
            assertThat(status.path("retry_of").asString()).isEqualTo(batch);
            assertThat(status.path("lines").asInt()).isEqualTo(BAD);
            assertThat(status.path("succeeded").asInt()).isEqualTo(BAD);
        }

        private static JsonNode status(String name) {
            return json(pipeline.run("status", name, "--json"));
        }

        @Test
        void jsonHasTheNumbers() throws Exception {
            JsonNode dryRun = json(retry("--dry-run", "--json"));
            Ended ended = retry("--json");

            assertThat(ended.code()).isEqualTo(ExitCode.OK);
            assertThat(json(ended))
                    .isEqualTo(
                            new JsonMapper()
                                    .readTree(
                                            """
                                            {"tenant":"default","batch":"%s","retry_of":"%s","published":4,"failed":4,"found":4,"corrected":0,"already_retried":0,"not_in_files":0,"unfinished":0,"unfinished_dead_letters":0}
                                            """
                                                    .formatted(retry, batch)));
            assertThat(dryRun.path("published").asInt()).isZero();
            assertThat(dryRun.path("found").asInt()).isEqualTo(BAD);
            awaitResults(retry, BAD);
            assertCalls(BAD);
        }

        @Test
        void failedJobsThatAreInNoFileAreCounted() throws Exception {
            Files.writeString(file, lines(0, GOOD + 1));

            Ended ended = retry();

            assertThat(ended.code()).isEqualTo(ExitCode.SOME_FAILED);
            assertThat(ended.out())
                    .contains("1 published as", "3 failed jobs are not in the files");
            awaitResults(retry, 1);
            assertCalls(1);
        }

        @Test
        void twoRetriesAtOncePayOnce() throws Exception {
            try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
                var first = executor.submit(retryAs("first"));
                var second = executor.submit(retryAs("second"));

                assertThat(new int[] {first.get(), second.get()})
                        .containsExactlyInAnyOrder(ExitCode.OK, ExitCode.USAGE);
                awaitResults(batch + (first.get() == ExitCode.OK ? "-first" : "-second"), BAD);
            }
            assertCalls(BAD);
        }

        private Callable<Integer> retryAs(String name) {
            String retryName = batch + "-" + name;
            return () -> pipeline.execute("retry", batch, file.toString(), "--as", retryName);
        }
    }

    @Nested
    class AfterARetry {
        @BeforeEach
        void retryOnce() throws Exception {
            assertThat(retry().code()).isEqualTo(ExitCode.OK);
            awaitResults(retry, BAD);
            assertCalls(BAD);
        }

        @Test
        void secondRetryIsRefused() {
            Ended ended = retry();

            assertThat(ended.code()).isEqualTo(ExitCode.USAGE);
            assertThat(ended.out()).isEmpty();
            assertThat(ended.err())
                    .contains("was already retried as " + retry, "--as " + retry)
                    .doesNotContain("\tat ");
            assertThat(retry("--as", "another").code()).isEqualTo(ExitCode.USAGE);
            assertCalls(BAD);
        }

        @Test
        void continuedRetryCallsNoJobThatHasAResult() {
            Ended ended = retry("--as", retry);

            assertThat(ended.code()).isEqualTo(ExitCode.OK);
            assertThat(ended.out())
                    .isEqualTo(
                            "4 failed jobs found, 4 already have a result in %s, nothing to publish%n"
                                    .formatted(retry));
            assertCalls(BAD);
        }

        @Test
        void retryOfTheRetryFindsNoFailure() {
            Ended ended = pipeline.run("retry", retry, file.toString(), "--json");

            assertThat(ended.code()).isEqualTo(ExitCode.OK);
            assertThat(json(ended).path("batch").asString()).isEqualTo(batch + ".retry-2");
            assertThat(json(ended).path("published").asInt()).isZero();
            assertCalls(BAD);
        }
    }

    @Nested
    class WrongUsage {
        @Test
        void nothingIsPublished() {
            assertThat(pipeline.run("retry", "none", file.toString()).err())
                    .contains("Nothing is stored for batch \"none\"");
            assertThat(pipeline.run("retry", batch).code()).isEqualTo(ExitCode.USAGE);
            assertThat(pipeline.run("retry", batch, folder.resolve("none").toString()).err())
                    .contains("There is no file");
            assertThat(retry("--corrected", file.toString()).err())
                    .contains("--corrected takes one file");
            assertThat(retry("--as", batch).code()).isEqualTo(ExitCode.USAGE);
            assertCalls(0);
        }
    }
}
