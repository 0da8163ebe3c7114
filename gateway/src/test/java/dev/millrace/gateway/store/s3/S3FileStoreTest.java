package dev.millrace.gateway.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.configuration.GatewayConfig;
import dev.millrace.configuration.Secret;
import dev.millrace.configuration.StoreLocation;
import dev.millrace.gateway.store.FileStore;
import dev.millrace.gateway.store.FileStoreContract;
import dev.millrace.gateway.store.ObjectPath;
import dev.millrace.gateway.store.StorageException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class S3FileStoreTest implements FileStoreContract {
    private static final String PREFIX = "team/millrace";

    private static S3Server server;

    private final String bucket = "files-" + UUID.randomUUID();
    private final List<FileStore> opened = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        server = S3Server.start();
    }

    @BeforeEach
    void create() {
        server.create(bucket);
    }

    @AfterEach
    void close() {
        opened.forEach(FileStore::close);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Override
    public FileStore open() throws StorageException {
        return open(PREFIX);
    }

    private FileStore open(String prefix) throws StorageException {
        return open(new StoreLocation.Bucket(bucket, prefix), server.config());
    }

    private FileStore open(StoreLocation.Bucket location, GatewayConfig.S3 config)
            throws StorageException {
        FileStore store = S3FileStore.open(location, config);
        opened.add(store);
        return store;
    }

    @Override
    public List<String> stored() {
        return server.stored(bucket).stream()
                .map(
                        key -> {
                            assertThat(key).startsWith(PREFIX + "/");
                            return key.substring(PREFIX.length() + 1);
                        })
                .toList();
    }

    @Test
    void storesWithDifferentPrefixesShareABucket() throws Exception {
        FileStore store = open("");
        FileStore neighbour = open("other");
        store.write(PATH, new byte[1]);
        FileStore.Draft draft = store.create(PATH);
        draft.write(new byte[6 << 20], 0, 6 << 20);

        assertThat(neighbour.read(PATH)).isEmpty();
        assertThat(neighbour.tenants()).isEmpty();
        neighbour.deleteDrafts(Instant.now().plus(Duration.ofHours(1)));

        draft.commit();
        assertThat(store.read(PATH).orElseThrow()).hasSize(6 << 20);
        assertThat(store.tenants()).containsExactly(ACME);
    }

    @Test
    void uploadThatWasAbortedByAnotherInstanceFails() throws Exception {
        FileStore.Draft draft = open().create(PATH);
        draft.write(new byte[6 << 20], 0, 6 << 20);
        open().deleteDrafts(Instant.now().plus(Duration.ofHours(1)));

        assertThatThrownBy(draft::commit).isInstanceOf(StorageException.class);
        draft.close();

        assertThat(stored()).isEmpty();
    }

    @Nested
    class WhenTheBucketCannotBeUsed {
        private static final String SECRET = "not-the-secret";

        private FileStore open(GatewayConfig.S3 config) throws StorageException {
            return S3FileStoreTest.this.open(new StoreLocation.Bucket(bucket, PREFIX), config);
        }

        @Test
        void missingBucketIsNamed() {
            assertThatThrownBy(
                            () ->
                                    S3FileStoreTest.this
                                            .open(
                                                    new StoreLocation.Bucket("missing", PREFIX),
                                                    server.config())
                                            .check())
                    .isInstanceOf(StorageException.class)
                    .hasMessage(
                            "the bucket missing of the gateway's files does not work: it does not"
                                    + " exist");
        }

        @Test
        void wrongSecretIsSaidButNotShown() {
            assertThatThrownBy(() -> open(server.config("AKIATEST", SECRET)).check())
                    .isInstanceOf(StorageException.class)
                    .hasMessageEndingWith("the secret access key is wrong")
                    .hasMessageNotContaining(SECRET);
        }

        @Test
        void unknownKeyIsSaidButNotShown() {
            assertThatThrownBy(() -> open(server.config("AKIAOTHER", SECRET)).check())
                    .isInstanceOf(StorageException.class)
                    .hasMessageEndingWith("the access key id is unknown to the server")
                    .hasMessageNotContaining("AKIAOTHER");
        }

        @Test
        void serverThatIsAwayIsAnErrorWithTheReason() throws Exception {
            S3Server stopped = S3Server.start();
            stopped.create(bucket);
            FileStore store = open(stopped.config());
            FileStore.Draft draft = store.create(PATH);
            draft.write(new byte[6 << 20], 0, 6 << 20);
            stopped.close();

            assertThatThrownBy(draft::commit)
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("Connection refused");
            assertThatThrownBy(draft::close).isInstanceOf(StorageException.class);
            assertThatThrownBy(() -> store.open(PATH)).isInstanceOf(StorageException.class);
            assertThatThrownBy(() -> store.names(ACME, ObjectPath.Kind.FILES))
                    .isInstanceOf(StorageException.class);
        }

        @Test
        void unsetSecretIsNamedBeforeAnythingIsSent() {
            var config =
                    new GatewayConfig.S3(
                            Optional.of(URI.create("http://127.0.0.1:1")),
                            Optional.empty(),
                            Optional.of(Secret.of("AKIATEST")),
                            Optional.of(Secret.unset("environment variable KEY is not set")));

            assertThatThrownBy(() -> open(config))
                    .isInstanceOf(StorageException.class)
                    .hasMessage(
                            "gateway.files.s3.secret_access_key: environment variable KEY is not"
                                    + " set");
        }
    }
}
