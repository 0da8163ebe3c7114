package dev.millrace.gateway.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.gateway.batch.BatchState.Status;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.Caller;
import dev.millrace.gateway.job.JobWaits;
import dev.millrace.gateway.results.BatchCounts;
import dev.millrace.gateway.results.FakeResults;
import dev.millrace.gateway.store.DiskFileStore;
import dev.millrace.gateway.store.StorageException;
import dev.millrace.gateway.submission.BatchApi;
import dev.millrace.gateway.submission.BatchFacts;
import dev.millrace.gateway.submission.BatchRecords;
import dev.millrace.gateway.submission.FactStore;
import dev.millrace.gateway.submission.SubmissionClients;
import dev.millrace.gateway.submission.Submitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests batches whose facts cannot be stored. */
class BatchRefusalTest {
    private final MillraceConfig config =
            new ConfigLoader(Map.of()).parse("test", "{}").withSimulator();
    private final List<String> cancelled = new ArrayList<>();
    private final List<Instant> cancelledAt = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-20T12:00:00Z");
    @TempDir private Path folder;
    private Submitter submitter;
    private Batches batches;

    @BeforeEach
    void open() throws IOException {
        open(new DiskFileStore(Files.createFile(folder.resolve("full"))));
    }

    private void open(DiskFileStore store) {
        var facts = new FactStore(store);
        var clients =
                new SubmissionClients(
                        Map.of("bootstrap.servers", "127.0.0.1:1"),
                        config.topics(),
                        "test",
                        HeapShare.AMPLE);
        var records =
                new BatchRecords(new Topics(config.topics().prefix()), config::requestTopicOf);
        submitter = Submitter.open(clients, records, facts);
        batches =
                new Batches(
                        facts,
                        submitter,
                        new FakeResults(),
                        (tenant, _, at, _) -> {
                            cancelled.add(tenant);
                            cancelledAt.add(at);
                        },
                        JobWaits.NONE,
                        () -> now,
                        System::nanoTime,
                        new SecureRandom());
    }

    @AfterEach
    void close() {
        submitter.close();
    }

    @Test
    void refusalThatCannotBeStoredIsWrittenToControl() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(
                        () ->
                                batches.create(
                                        new Caller("ada", "acme"),
                                        batches.newId(BatchApi.OPENAI),
                                        request(),
                                        Optional.empty()))
                .isInstanceOf(IOException.class);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(cancelled).containsExactly("acme");
    }

    /** The room that uploads leave is for the facts of accepted batches. */
    @Test
    void batchIsRefusedWhileTheDiskIsAlmostFull() {
        submitter.close();
        open(new DiskFileStore(folder, _ -> 0));
        // Without the refusal, Kafka's client would wait.
        Thread.currentThread().interrupt();

        assertThatThrownBy(
                        () ->
                                batches.create(
                                        new Caller("ada", "acme"),
                                        batches.newId(BatchApi.OPENAI),
                                        request(),
                                        Optional.empty()))
                .isInstanceOfSatisfying(
                        ApiError.class, it -> assertThat(it.code()).isEqualTo("disk_full"));

        assertThat(Thread.interrupted()).isTrue();
    }

    private BatchFacts running() {
        return new BatchFacts(
                batches.draft(
                        new Caller("ada", "acme"),
                        batches.newId(BatchApi.OPENAI),
                        request(),
                        Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void cancellationThatCannotBeStoredEndsThePublishedJobs() {
        BatchFacts running = running();

        assertThatThrownBy(
                        () ->
                                batches.cancel(
                                        new BatchState(
                                                running, Status.IN_PROGRESS, BatchCounts.NONE)))
                .isInstanceOf(StorageException.class);

        assertThat(cancelled).containsExactly("acme");
    }

    @Test
    void cancellationOfAGatewayWithASlowClockAppliesToTheLinesOfTheBatch() {
        BatchFacts running = running();
        Instant created = now;
        now = now.minusSeconds(60);

        assertThatThrownBy(
                        () ->
                                batches.cancel(
                                        new BatchState(
                                                running, Status.IN_PROGRESS, BatchCounts.NONE)))
                .isInstanceOf(StorageException.class);

        assertThat(cancelledAt).containsExactly(created);
    }

    private static CreateRequest request() {
        return CreateRequest.read(
                ("{\"input_file_id\":\"file-1\",\"endpoint\":\"/v1/chat/completions\","
                                + "\"completion_window\":\"24h\"}")
                        .getBytes(UTF_8));
    }
}
