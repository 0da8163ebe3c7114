package dev.millrace.gateway.submission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.StoreLocation;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.gateway.store.DiskFileStore;
import dev.millrace.gateway.store.FileStore;
import dev.millrace.gateway.store.ObjectPath;
import dev.millrace.gateway.store.ObjectPath.Kind;
import dev.millrace.gateway.store.TenantFolder;
import dev.millrace.gateway.store.s3.S3FileStore;
import dev.millrace.gateway.store.s3.S3Server;
import dev.millrace.gateway.submission.BatchFacts.Checked;
import dev.millrace.gateway.submission.BatchFacts.Published;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class FactStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");
    private static final Checked RIGHT = new Checked(NOW, 3, List.of());

    private static Checked failure(String code) {
        return new Checked(NOW, 0, List.of(LineError.file(code, "no")));
    }

    private static Submission batch(String id, Optional<String> retryOf) {
        return new Submission(
                id,
                "acme",
                new Submission.InputFile("file-1", Optional.of("in.jsonl")),
                Endpoint.MESSAGES,
                "24h",
                Map.of(),
                NOW,
                NOW.plus(Duration.ofDays(1)),
                Submission.Spending.NONE,
                retryOf,
                "ada",
                Optional.empty());
    }

    /** The promises of every store. The ids of batches grow with the time of their creation. */
    abstract static class Retries {
        /** Static, because all tests of a bucket share it. */
        private static final AtomicInteger CREATED = new AtomicInteger();

        abstract FactStore facts();

        final Submission create(Optional<String> retryOf) throws IOException {
            Submission batch =
                    batch("msgbatch_%032x".formatted(CREATED.incrementAndGet()), retryOf);
            facts().writeCreated(batch);
            return batch;
        }

        private Optional<String> retryOf(Submission batch) throws IOException {
            return facts().retryOf("acme", batch.id(), batch.id());
        }

        @Test
        void retryIsFoundAmongLaterBatches() throws IOException {
            Submission batch = create(Optional.empty());
            Submission other = create(Optional.empty());
            Submission retry = create(Optional.of(batch.id()));

            assertThat(retryOf(batch)).contains(retry.id());
            assertThat(retryOf(other)).isEmpty();
            assertThat(facts().retryOf("acme", batch.id(), retry.id())).isEmpty();
        }

        @Test
        void retryThatIsWrittenAgainCountsOnce() throws IOException {
            Submission batch = create(Optional.empty());
            Submission retry = create(Optional.of(batch.id()));
            facts().writeCreated(retry);

            assertThat(facts().retryCount(batch)).isOne();
        }

        @Test
        void deletedBatchLeavesNoRetries() throws IOException {
            Submission batch = create(Optional.empty());
            create(Optional.of(batch.id()));
            create(Optional.of(batch.id()));

            facts().erase("acme", batch.id(), NOW);

            assertThat(facts().retryCount(batch)).isZero();
            assertThat(facts().storedIds("acme")).doesNotContain(batch.id());
        }

        @Test
        void deletedRetryCounts() throws IOException {
            Submission batch = create(Optional.empty());
            Submission retry = create(Optional.of(batch.id()));
            facts().writeChecked(retry, RIGHT);
            facts().writePublished(retry, new Published(NOW, 3));
            facts().writeDeleted(retry, NOW);

            assertThat(retryOf(batch)).contains(retry.id());
        }

        @Test
        void failedRetryCountsIfItMayHavePublishedLines() throws IOException {
            Submission batch = create(Optional.empty());
            Submission refused = create(Optional.of(batch.id()));
            facts().writeFailed(refused, failure("already_retried"));
            assertThat(retryOf(batch)).isEmpty();

            Submission lost = create(Optional.of(batch.id()));
            facts().writeFailed(lost, failure(BatchFacts.PROGRESS_LOST));
            assertThat(retryOf(batch)).contains(lost.id());
            assertThat(retryOf(refused)).isEmpty();

            Submission second = create(Optional.of(lost.id()));
            facts().writeFailed(second, failure("results_deleted"));
            facts().writePublished(second, new Published(NOW, 2));
            assertThat(retryOf(lost)).contains(second.id());
        }

        @Test
        void retryCancelledBeforeItsCheckDoesNotCount() throws IOException {
            Submission batch = create(Optional.empty());
            Submission retry = create(Optional.of(batch.id()));
            facts().writeCancelled(retry, NOW);
            assertThat(retryOf(batch)).isEmpty();

            facts().writeChecked(retry, RIGHT);
            assertThat(retryOf(batch)).contains(retry.id());
        }

        @Test
        void lateCheckDoesNotHideAFailure() throws IOException {
            Submission batch = create(Optional.empty());
            facts().writeFailed(batch, failure("already_retried"));
            facts().writeChecked(batch, RIGHT);

            assertThat(facts().find("acme", batch.id()).orElseThrow().isWrong()).isTrue();
        }

        @Test
        void failureByALostPublisherDoesNotHideThatEveryLineIsPublished() throws IOException {
            Submission batch = create(Optional.empty());
            facts().writeChecked(batch, RIGHT);
            facts().writeFailed(batch, failure("invalid_input_file"));
            facts().writePublished(batch, new Published(NOW, 2));
            assertThat(facts().find("acme", batch.id()).orElseThrow().isWrong()).isTrue();

            facts().writePublished(batch, new Published(NOW, 3));
            assertThat(facts().find("acme", batch.id()).orElseThrow().isWrong()).isFalse();
        }

        @Test
        void lostPublisherLowersNoNumberOfPublishedLines() throws IOException {
            Submission batch = create(Optional.empty());
            facts().writePublished(batch, new Published(NOW, 3));
            facts().writePublished(batch, new Published(NOW, 2));

            assertThat(facts().find("acme", batch.id()).orElseThrow().published())
                    .contains(new Published(NOW, 3));
        }

        @Test
        void nothingOfAFailedBatchIsKeptForever() throws IOException {
            Submission batch = create(Optional.empty());
            facts().writeFailed(batch, failure("invalid_input_file"));
            facts().deleteBefore(NOW.plus(Duration.ofDays(2)));
            facts().writeCreated(batch);

            assertThat(facts().find("acme", batch.id()).orElseThrow().isWrong()).isFalse();
        }
    }

    @Nested
    class InAFolder extends Retries {
        @TempDir private Path folder;

        @Override
        FactStore facts() {
            return new FactStore(new DiskFileStore(folder));
        }

        @Test
        void laterBatchesAreNotReadToFindARetry() throws IOException {
            Submission batch = create(Optional.empty());
            for (int i = 0; i < 50; i++) {
                create(Optional.empty());
            }
            Submission retry = create(Optional.of(batch.id()));
            var calls = new AtomicInteger();
            var counting = new FactStore(counting(calls, new DiskFileStore(folder)));

            assertThat(counting.retryOf("acme", batch.id(), batch.id())).contains(retry.id());

            assertThat(calls.get()).isLessThan(10);
        }

        private static FileStore counting(AtomicInteger calls, FileStore store) {
            return (FileStore)
                    Proxy.newProxyInstance(
                            FileStore.class.getClassLoader(),
                            new Class<?>[] {FileStore.class},
                            (_, method, arguments) -> {
                                calls.incrementAndGet();
                                return method.invoke(store, arguments);
                            });
        }

        @Test
        void damagedBatchDoesNotStopTheCleanup() throws IOException {
            var store = new DiskFileStore(folder);
            TenantFolder acme = TenantFolder.of("acme");
            var damaged = new ObjectPath(acme, Kind.BATCHES, "msgbatch_0.created");
            store.write(damaged, "{".getBytes(UTF_8));
            facts().writeCreated(batch("msgbatch_1", Optional.empty()));

            facts().deleteBefore(NOW.plus(Duration.ofDays(2)));

            assertThat(store.names(acme, Kind.BATCHES)).containsExactly(damaged.name());
        }
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class InABucket extends Retries {
        private static final String BUCKET = "facts";
        private S3Server server;
        private FileStore store;

        @BeforeAll
        void start() throws Exception {
            server = S3Server.start();
            server.create(BUCKET);
            store = S3FileStore.open(new StoreLocation.Bucket(BUCKET, "millrace"), server.config());
        }

        @AfterAll
        void stop() {
            store.close();
            server.close();
        }

        @Override
        FactStore facts() {
            return new FactStore(store);
        }
    }
}
