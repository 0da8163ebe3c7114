package dev.millrace.gateway.erasure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.gateway.file.FileLimits;
import dev.millrace.gateway.file.Upload;
import dev.millrace.gateway.file.UploadedFiles;
import dev.millrace.gateway.store.DiskFileStore;
import dev.millrace.gateway.store.FileStore;
import dev.millrace.gateway.store.ObjectPath;
import dev.millrace.gateway.store.ObjectPath.Kind;
import dev.millrace.gateway.store.StorageException;
import dev.millrace.gateway.store.TenantFolder;
import dev.millrace.gateway.submission.BatchFacts.Checked;
import dev.millrace.gateway.submission.BatchFacts.Published;
import dev.millrace.gateway.submission.FactStore;
import dev.millrace.gateway.submission.Submission;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForgottenFilesTest {
    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");
    private static final Optional<String> NONE = Optional.empty();

    @TempDir Path root;
    private DiskFileStore store;
    private FactStore facts;
    private UploadedFiles files;
    private int created;

    @BeforeEach
    void open() {
        store = new DiskFileStore(root);
        facts = new FactStore(store);
        files =
                new UploadedFiles(
                        store,
                        new FileLimits(1_000, 10, Duration.ofDays(30)),
                        () -> NOW,
                        new Random(1));
    }

    private String upload(String tenant) throws IOException {
        try (Upload upload = files.begin(tenant)) {
            upload.out().write("{}\n".getBytes(UTF_8));
            return upload.complete("in.jsonl", "batch", Optional.empty()).id();
        }
    }

    /** Creates a batch whose lines are not published yet. */
    private Submission create(String tenant, String file, Optional<String> retryOf)
            throws IOException {
        created++;
        var batch =
                new Submission(
                        "batch_%032x".formatted(created),
                        tenant,
                        new Submission.InputFile(file, Optional.empty()),
                        Endpoint.CHAT_COMPLETIONS,
                        "24h",
                        Map.of("customer", "Ada"),
                        NOW,
                        NOW.plus(Duration.ofDays(1)),
                        Submission.Spending.NONE,
                        retryOf,
                        "ada",
                        Optional.empty());
        facts.writeCreated(batch);
        return batch;
    }

    private Submission published(String tenant, String file) throws IOException {
        Submission batch = create(tenant, file, NONE);
        facts.writeChecked(batch, new Checked(NOW, 1, List.of()));
        facts.writePublished(batch, new Published(NOW, 1));
        return batch;
    }

    private void claim(String tenant, String key, String id) throws IOException {
        store.write(
                new ObjectPath(TenantFolder.of(tenant), Kind.REQUESTS, key),
                "{\"digest\":\"d\",\"id\":\"%s\",\"at\":\"%s\",\"done\":true}"
                        .formatted(id, NOW)
                        .getBytes(UTF_8));
    }

    private ForgottenFiles.Plan forget(FileStore in, Optional<String> batch) throws IOException {
        var forgotten = new ForgottenFiles(in, "acme", batch);
        ForgottenFiles.Plan plan = forgotten.plan();
        forgotten.delete(plan, NOW);
        return plan;
    }

    private ForgottenFiles.Plan forget(Optional<String> batch) throws IOException {
        return forget(store, batch);
    }

    /** Returns the names of all objects of a tenant by kind. */
    private Map<Kind, List<String>> objects(String tenant) throws IOException {
        var objects = new TreeMap<Kind, List<String>>();
        for (Kind kind : Kind.values()) {
            List<String> names = store.names(TenantFolder.of(tenant), kind);
            if (!names.isEmpty()) {
                objects.put(kind, names);
            }
        }
        return objects;
    }

    @Nested
    class OfATenant {
        @Test
        void everyObjectIsDeletedAndThoseOfOthersStay() throws IOException {
            String file = upload("acme");
            claim("acme", "key-1", published("acme", file).id());
            facts.writeCancelled(published("acme", upload("acme")), NOW);
            claim("other", "key-1", published("other", upload("other")).id());
            Map<Kind, List<String>> others = objects("other");

            ForgottenFiles.Plan plan = forget(NONE);

            assertThat(plan.files()).hasSize(2).contains(file);
            assertThat(plan.batches()).hasSize(2);
            assertThat(objects("acme")).isEmpty();
            assertThat(objects("other")).isEqualTo(others);
        }

        @Test
        void batchThatIsBeingPublishedStaysWithItsFile() throws IOException {
            String file = upload("acme");
            Submission running = create("acme", file, NONE);
            published("acme", upload("acme"));

            ForgottenFiles.Plan plan = forget(NONE);

            assertThat(plan.unpublished()).containsExactly(running.id());
            assertThat(objects("acme"))
                    .containsOnlyKeys(Kind.FILES, Kind.BATCHES)
                    .containsEntry(Kind.FILES, List.of(file + ".data", file + ".json"))
                    .containsEntry(Kind.BATCHES, List.of(running.id() + ".created"));
        }

        @Test
        void batchStaysWhoseFailedLinesAreBeingPublishedAgain() throws IOException {
            String file = upload("acme");
            Submission first = published("acme", file);
            Submission retry = create("acme", file, Optional.of(first.id()));

            ForgottenFiles.Plan plan = forget(NONE);

            assertThat(plan.unpublished()).containsExactly(retry.id());
            assertThat(facts.find("acme", first.id())).isPresent();
            assertThat(files.find("acme", file)).isPresent();
        }

        @Test
        void markOfARefusedBatchStays() throws IOException {
            Submission refused = create("acme", "file-1", NONE);
            facts.writeCancelled(refused, NOW);
            store.delete(
                    new ObjectPath(
                            TenantFolder.of("acme"), Kind.BATCHES, refused.id() + ".created"));

            forget(NONE);

            assertThat(facts.isCancelled(refused)).isTrue();
        }
    }

    @Nested
    class OfABatch {
        @Test
        void itsFactsAndFileAndKeysAreDeletedOnly() throws IOException {
            String file = upload("acme");
            Submission batch = published("acme", file);
            claim("acme", "batch", batch.id());
            claim("acme", "file", file);
            Submission other = published("acme", upload("acme"));
            claim("acme", "other", other.id());

            forget(Optional.of(batch.id()));

            assertThat(facts.find("acme", batch.id())).isEmpty();
            assertThat(files.find("acme", file)).isEmpty();
            assertThat(facts.find("acme", other.id())).isPresent();
            assertThat(files.find("acme", other.inputFile())).isPresent();
            assertThat(objects("acme")).containsEntry(Kind.REQUESTS, List.of("other"));
        }

        @Test
        void fileThatAnotherBatchUsesStays() throws IOException {
            String file = upload("acme");
            Submission batch = published("acme", file);
            published("acme", file);

            ForgottenFiles.Plan plan = forget(Optional.of(batch.id()));

            assertThat(plan.files()).isEmpty();
            assertThat(facts.find("acme", batch.id())).isEmpty();
            assertThat(files.find("acme", file)).isPresent();
        }

        @Test
        void otherBatchesThatAreBeingPublishedAreNotReported() throws IOException {
            create("acme", upload("acme"), NONE);
            Submission batch = published("acme", upload("acme"));

            assertThat(forget(Optional.of(batch.id())).unpublished()).isEmpty();
        }

        @Test
        void ofAnotherTenantStays() throws IOException {
            Submission batch = published("other", upload("other"));

            forget(Optional.of(batch.id()));

            assertThat(facts.find("other", batch.id())).isPresent();
        }

        @Test
        void thatNoGatewayHasIsNoError() throws IOException {
            assertThat(forget(Optional.of("support-tickets.jsonl")).batches()).isEmpty();
        }
    }

    @Nested
    class WhenTheStoreFailsHalfway {
        /** Every number of deletions after which the store can fail. */
        @Test
        void repetitionDeletesTheRest() throws IOException {
            for (int deletions = 0; ; deletions++) {
                String file = upload("acme");
                Submission batch = published("acme", file);
                claim("acme", "key", batch.id());
                var failing = new FailingStore(store, deletions);
                try {
                    forget(failing, Optional.of(batch.id()));
                } catch (StorageException e) {
                    assertThat(e).hasMessage("full");
                }
                boolean isComplete = failing.left >= 0;

                forget(Optional.of(batch.id()));

                assertThat(objects("acme")).as("after %d deletions", deletions).isEmpty();
                if (isComplete) {
                    assertThat(deletions).isGreaterThan(5);
                    return;
                }
            }
        }

        @Test
        void halfDeletedBatchIsNotVisibleToItsClient() throws IOException {
            Submission batch = published("acme", upload("acme"));

            assertThatThrownBy(() -> forget(new FailingStore(store, 4), Optional.of(batch.id())))
                    .isInstanceOf(StorageException.class);

            assertThat(facts.isDeleted(batch)).isTrue();
        }
    }

    /** A store that fails after a number of deletions of objects. */
    private static final class FailingStore implements FileStore {
        private final FileStore store;
        private int left;

        FailingStore(FileStore store, int deletions) {
            this.store = store;
            left = deletions;
        }

        @Override
        public boolean delete(ObjectPath path) throws StorageException {
            if (--left < 0) {
                throw new StorageException("full", null);
            }
            return store.delete(path);
        }

        @Override
        public void check() throws StorageException {
            store.check();
        }

        @Override
        public int draftBytes() {
            return store.draftBytes();
        }

        @Override
        public Draft create(ObjectPath path) throws StorageException {
            return store.create(path);
        }

        @Override
        public Optional<InputStream> open(ObjectPath path) throws StorageException {
            return store.open(path);
        }

        @Override
        public List<String> names(TenantFolder tenant, Kind kind) throws StorageException {
            return new ArrayList<>(store.names(tenant, kind));
        }

        @Override
        public Usage usage(TenantFolder tenant, Kind kind) throws StorageException {
            return store.usage(tenant, kind);
        }

        @Override
        public List<TenantFolder> tenants() throws StorageException {
            return store.tenants();
        }

        @Override
        public void deleteDrafts(Instant before) throws StorageException {
            store.deleteDrafts(before);
        }
    }
}
