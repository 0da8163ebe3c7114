package dev.millrace.gateway.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.gateway.store.DamagedRecordException;
import dev.millrace.gateway.store.DiskFileStore;
import dev.millrace.gateway.store.ObjectPath;
import dev.millrace.gateway.store.ObjectPath.Kind;
import dev.millrace.gateway.store.TenantFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadedFilesTest {
    private static final Duration RETENTION = Duration.ofDays(30);

    @TempDir Path root;
    private Instant now = Instant.parse("2026-11-20T08:00:00Z");

    private UploadedFiles files() {
        return files(new FileLimits(1_000, 10, RETENTION));
    }

    private UploadedFiles files(FileLimits limits) {
        return new UploadedFiles(new DiskFileStore(root), limits, () -> now, new Random(1));
    }

    private FileRecord upload(UploadedFiles files, String tenant, String name) throws IOException {
        now = now.plusMillis(1);
        try (Upload upload = files.begin(tenant)) {
            upload.out().write("{}\n".getBytes(UTF_8));
            return upload.complete(name, "batch", Optional.empty());
        }
    }

    private List<FileRecord> upload(UploadedFiles files, int count) throws IOException {
        var uploaded = new ArrayList<FileRecord>();
        for (int i = 0; i < count; i++) {
            uploaded.add(upload(files, "acme", "f" + i));
        }
        return uploaded;
    }

    @Test
    void tenantWithTooManyFilesUploadsNoMoreUntilItDeletesOne() throws IOException {
        UploadedFiles files = files(new FileLimits(1_000, 10, 2, Long.MAX_VALUE, RETENTION));
        List<FileRecord> uploaded = upload(files, 2);

        var refusal = assertThrows(RefusedUploadException.class, () -> files.begin("acme"));
        assertEquals(RefusedUploadException.Reason.FULL, refusal.reason());
        assertTrue(String.valueOf(refusal.getMessage()).contains("gateway.files.max_tenant_files"));
        upload(files, "other", "a");
        assertTrue(files.delete("acme", uploaded.getFirst().id()));
        upload(files, 1);
    }

    /** Other programs can still use the disk, and accepted batches get their records. */
    @Test
    void uploadsAtOnceLeaveHalfOfTheReservedSpace() throws IOException {
        var left = new AtomicLong((256 << 20) + 1);
        var files =
                new UploadedFiles(
                        new DiskFileStore(root, _ -> left.get()),
                        new FileLimits(Long.MAX_VALUE, 10, RETENTION),
                        () -> now,
                        new Random(1));
        var uploads = new ArrayList<Upload>();
        for (int i = 0; i < UploadSlots.MAX; i++) {
            uploads.add(files.begin("acme"));
        }

        var refused = new HashSet<Upload>();
        var piece = new byte[64 << 10];
        for (int round = 0; round < 64; round++) {
            for (Upload upload : uploads) {
                if (!refused.contains(upload) && !write(upload, piece)) {
                    refused.add(upload);
                }
                left.addAndGet(refused.contains(upload) ? 0 : -piece.length);
            }
        }

        assertEquals(uploads.size(), refused.size());
        assertTrue(left.get() >= 128 << 20, () -> left + " bytes are left");
        for (Upload upload : uploads) {
            upload.close();
        }
    }

    /** Returns false if the upload is refused. */
    private static boolean write(Upload upload, byte[] piece) {
        try {
            upload.out().write(piece);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void tenantWithTooLargeFilesUploadsNoMore() throws IOException {
        UploadedFiles files = files(new FileLimits(1_000, 10, 9, 100, RETENTION));
        upload(files, 1);

        var refusal = assertThrows(RefusedUploadException.class, () -> files.begin("acme"));
        assertTrue(String.valueOf(refusal.getMessage()).contains("gateway.files.max_tenant_bytes"));
        upload(files, "other", "a");
    }

    @Test
    void filesOfAnotherTenantDoNotExist() throws IOException {
        UploadedFiles files = files();
        String id = upload(files, "acme", "a").id();

        assertEquals(Optional.empty(), files.find("other", id));
        assertEquals(Optional.empty(), files.open("other", id));
        assertFalse(files.delete("other", id));
        assertEquals(List.of(), files.list("other", null, true, null, 10));
        assertTrue(files.find("acme", id).isPresent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../acme/files/x",
                "file-../../../../etc/passwd",
                "file-00000000000000000000000000000000.json",
                "FILE-00000000000000000000000000000000",
                "file-",
                "",
                "%2e%2e"
            })
    void textThatIsNoIdIsNotFound(String id) throws IOException {
        assertEquals(Optional.empty(), files().find("acme", id));
        assertEquals(Optional.empty(), files().open("acme", id));
        assertFalse(files().delete("acme", id));
    }

    @Test
    void everyInstanceSeesAndDeletesTheFilesOfOthers() throws IOException {
        FileRecord file = upload(files(), "acme", "a");
        UploadedFiles other = files();

        assertEquals(Optional.of(file), other.find("acme", file.id()));
        assertTrue(other.delete("acme", file.id()));

        assertEquals(Optional.empty(), files().find("acme", file.id()));
    }

    @Test
    void listIsPagedInBothDirections() throws IOException {
        UploadedFiles files = files();
        List<FileRecord> all = upload(files, 5);

        assertEquals(all.subList(0, 2), files.list("acme", null, true, null, 2));
        assertEquals(all.subList(2, 4), files.list("acme", all.get(1).id(), true, null, 2));
        assertEquals(List.of(all.get(4), all.get(3)), files.list("acme", null, false, "batch", 2));
        assertEquals(List.of(all.get(0)), files.list("acme", all.get(1).id(), false, null, 10));
        assertEquals(List.of(), files.list("acme", null, true, "other", 10));
    }

    @Test
    void pageContinuesAfterAFileThatWasDeleted() throws IOException {
        UploadedFiles files = files();
        List<FileRecord> all = upload(files, 3);
        assertTrue(files.delete("acme", all.get(1).id()));

        assertEquals(List.of(all.get(2)), files.list("acme", all.get(1).id(), true, null, 2));
    }

    @Test
    void expiredFileIsNotFoundAndLaterDeleted() throws IOException {
        UploadedFiles files = files();
        FileRecord old = upload(files, "acme", "old");
        now = now.plus(RETENTION).minusMillis(1);
        FileRecord young = upload(files, "acme", "young");

        assertEquals(Optional.empty(), files.find("acme", old.id()));
        files.deleteExpired(NeededFiles.NONE);

        var store = new DiskFileStore(root);
        assertEquals(
                List.of(young.id() + ".data", young.id() + ".json"),
                store.names(TenantFolder.of("acme"), Kind.FILES));
    }

    @Test
    void damagedRecordDoesNotStopTheCleanup() throws IOException {
        UploadedFiles files = files();
        String damaged = upload(files, "acme", "damaged").id();
        upload(files, "acme", "old");
        upload(files, "globex", "old");
        var store = new DiskFileStore(root);
        TenantFolder acme = TenantFolder.of("acme");
        store.write(new ObjectPath(acme, Kind.FILES, damaged + ".json"), "{".getBytes(UTF_8));
        now = now.plus(RETENTION);

        files.deleteExpired(NeededFiles.NONE);

        assertEquals(List.of(damaged + ".data", damaged + ".json"), store.names(acme, Kind.FILES));
        assertEquals(List.of(), store.names(TenantFolder.of("globex"), Kind.FILES));
    }

    /** It is unknown which files the tenant's batches still need. */
    @Test
    void damagedBatchKeepsOnlyTheFilesOfItsTenant() throws IOException {
        UploadedFiles files = files();
        upload(files, "acme", "old");
        upload(files, "globex", "old");
        TenantFolder acme = TenantFolder.of("acme");
        now = now.plus(RETENTION);

        files.deleteExpired(
                tenant -> {
                    if (tenant.equals(acme)) {
                        throw new DamagedRecordException(
                                new ObjectPath(acme, Kind.BATCHES, "batch.created"),
                                new IllegalArgumentException("damaged"));
                    }
                    return Set.of();
                });

        var store = new DiskFileStore(root);
        assertEquals(2, store.names(acme, Kind.FILES).size());
        assertEquals(List.of(), store.names(TenantFolder.of("globex"), Kind.FILES));
    }

    @Test
    void expiredFileThatABatchNeedsIsKept() throws IOException {
        UploadedFiles files = files();
        String id = upload(files, "acme", "old").id();
        now = now.plus(RETENTION);

        files.deleteExpired(_ -> Set.of(id));

        assertEquals(Optional.empty(), files.find("acme", id));
        assertTrue(files.openAccepted("acme", id).isPresent());
        files.deleteExpired(NeededFiles.NONE);
        assertEquals(Optional.empty(), files.openAccepted("acme", id));
    }

    @Test
    void contentWithoutARecordIsInvisibleAndLaterDeleted() throws IOException {
        UploadedFiles files = files();
        FileRecord file = upload(files, "acme", "a");
        var store = new DiskFileStore(root);
        TenantFolder acme = TenantFolder.of("acme");
        // As after kill -9 between the two objects of a file.
        assertTrue(store.delete(new ObjectPath(acme, Kind.FILES, file.id() + ".json")));

        assertEquals(Optional.empty(), files.find("acme", file.id()));
        assertEquals(Optional.empty(), files.open("acme", file.id()));
        assertEquals(List.of(), files.list("acme", null, true, null, 10));

        files.deleteExpired(NeededFiles.NONE);
        assertEquals(List.of(file.id() + ".data"), store.names(acme, Kind.FILES));
        now = now.plus(UploadedFiles.LONGEST_UPLOAD).plusMillis(1);
        files.deleteExpired(NeededFiles.NONE);
        assertEquals(List.of(), store.names(acme, Kind.FILES));
    }
}
