package dev.millrace.gateway.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.store.ObjectPath.Kind;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every file store. */
public interface FileStoreContract {
    TenantFolder ACME = TenantFolder.of("acme");

    /** An object of the tenant. */
    ObjectPath PATH = new ObjectPath(ACME, Kind.FILES, "file-1.data");

    /** Returns another instance of the store. */
    FileStore open() throws StorageException;

    /** Returns the path of every stored object, including incomplete ones. */
    List<String> stored() throws Exception;

    private static FileStore.Draft draft(FileStore store, byte[] content) throws StorageException {
        FileStore.Draft draft = store.create(PATH);
        // The last write is shorter.
        int step = 100_000;
        for (int offset = 0; offset < content.length; offset += step) {
            draft.write(content, offset, Math.min(step, content.length - offset));
        }
        return draft;
    }

    private static byte[] content(int bytes) {
        var content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return content;
    }

    @Test
    default void checkLeavesNothingBehind() throws Exception {
        open().check();

        assertThat(stored()).isEmpty();
    }

    @Test
    default void oneOfManyWritersCreatesAnObject() throws Exception {
        var stores = List.of(open(), open());
        var created = new AtomicInteger();
        try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                byte[] value = {(byte) i};
                FileStore store = stores.get(i % 2);
                var _ =
                        writers.submit(
                                () -> store.writeNew(PATH, value) ? created.incrementAndGet() : 0);
            }
        }

        assertThat(created).hasValue(1);
        byte[] first = open().read(PATH).orElseThrow();
        assertThat(open().writeNew(PATH, new byte[] {99})).isFalse();
        assertThat(open().read(PATH)).contains(first);
        assertThat(stored()).hasSize(1);
        assertThat(open().delete(PATH)).isTrue();
        assertThat(open().writeNew(PATH, new byte[] {99})).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5 << 20, (5 << 20) + 1, 10 << 20, 11_111_111})
    default void objectIsReadAsItWasWritten(int bytes) throws Exception {
        byte[] content = content(bytes);
        try (FileStore.Draft draft = draft(open(), content)) {
            draft.commit();
        }

        assertThat(open().read(PATH).orElseThrow()).isEqualTo(content);
        assertThat(stored()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 6 << 20})
    default void objectIsVisibleToEveryInstanceOnceItIsCommitted(int bytes) throws Exception {
        FileStore other = open();
        try (FileStore.Draft draft = draft(open(), content(bytes))) {
            assertThat(other.open(PATH)).isEmpty();
            assertThat(other.names(ACME, Kind.FILES)).isEmpty();
            assertThat(other.tenants()).isEmpty();

            draft.commit();
        }

        assertThat(other.read(PATH).orElseThrow()).isEqualTo(content(bytes));
        assertThat(other.names(ACME, Kind.FILES)).containsExactly("file-1.data");
        assertThat(other.tenants()).containsExactly(ACME);
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 6 << 20})
    default void draftThatIsClosedLeavesNothingBehind(int bytes) throws Exception {
        draft(open(), content(bytes)).close();

        assertThat(stored()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 6 << 20})
    default void commitReplacesAnObject(int bytes) throws Exception {
        FileStore store = open();
        store.write(PATH, "first".getBytes(UTF_8));
        try (FileStore.Draft draft = draft(store, content(bytes))) {
            assertThat(store.read(PATH).orElseThrow()).isEqualTo("first".getBytes(UTF_8));

            draft.commit();
        }

        assertThat(store.read(PATH).orElseThrow()).isEqualTo(content(bytes));
        assertThat(stored()).hasSize(1);
    }

    @Test
    default void draftOfAKilledInstanceIsNeverVisibleAndIsDeletedLater() throws Exception {
        draft(open(), content(6 << 20)); // Neither committed nor closed, as after kill -9.
        Instant now = Instant.now();

        FileStore successor = open();
        successor.deleteDrafts(now.minus(Duration.ofHours(1)));
        assertThat(stored()).hasSize(1);
        assertThat(successor.read(PATH)).isEmpty();

        successor.deleteDrafts(now.plus(Duration.ofHours(1)));
        assertThat(stored()).isEmpty();
    }

    @Test
    default void deletionOfDraftsKeepsObjects() throws Exception {
        FileStore store = open();
        store.write(PATH, content(7));

        store.deleteDrafts(Instant.now().plus(Duration.ofHours(1)));

        assertThat(store.read(PATH)).isPresent();
    }

    @Test
    default void deletedObjectIsGone() throws Exception {
        FileStore store = open();
        store.write(PATH, content(7));

        assertThat(store.delete(PATH)).isTrue();

        assertThat(store.delete(PATH)).isFalse();
        assertThat(store.open(PATH)).isEmpty();
        assertThat(stored()).isEmpty();
    }

    @Test
    default void usageIsWhatObjectsOfATenantAndKindTake() throws Exception {
        FileStore store = open();
        store.write(PATH, content(7));

        assertThat(store.usage(PATH.tenant(), PATH.kind())).isEqualTo(new FileStore.Usage(1, 7));
        assertThat(store.usage(TenantFolder.of("nobody"), PATH.kind()))
                .isEqualTo(new FileStore.Usage(0, 0));
    }

    @Test
    default void objectThatIsClosedBeforeItsEndCanBeReadAgain() throws Exception {
        FileStore store = open();
        byte[] content = content(6 << 20);
        try (FileStore.Draft draft = draft(store, content)) {
            draft.commit();
        }

        try (InputStream in = store.open(PATH).orElseThrow()) {
            assertThat(in.readNBytes(10)).isEqualTo(Arrays.copyOf(content, 10));
        }

        assertThat(store.read(PATH).orElseThrow()).isEqualTo(content);
    }

    /** One more than S3 returns for a request. */
    @Test
    default void namesOfManyObjectsAreSortedAndComplete() throws Exception {
        FileStore store = open();
        var expected = new TreeSet<String>();
        for (int i = 0; i < 1_001; i++) {
            expected.add("file-" + i);
            store.write(new ObjectPath(ACME, Kind.FILES, "file-" + i), content(1));
        }
        store.write(new ObjectPath(ACME, Kind.BATCHES, "other-kind"), content(1));
        var neighbour = TenantFolder.of("acme-2");
        store.write(new ObjectPath(neighbour, Kind.FILES, "other-tenant"), content(1));

        assertThat(store.names(ACME, Kind.FILES)).containsExactlyElementsOf(expected);
        assertThat(store.names(ACME, Kind.BATCHES)).containsExactly("other-kind");
        assertThat(store.tenants()).containsExactlyInAnyOrder(ACME, neighbour);
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../../etc", "/", "a/b", "ACME", "Ünïcode", "drafts", "con", "."})
    default void everyTenantHasAFolderOfItsOwn(String tenant) throws Exception {
        FileStore store = open();
        var folder = TenantFolder.of(tenant);
        store.write(new ObjectPath(folder, Kind.FILES, "file-1.data"), content(7));

        assertThat(store.read(PATH)).isEmpty();
        assertThat(stored()).containsExactly(folder.name() + "/files/file-1.data");
    }
}
