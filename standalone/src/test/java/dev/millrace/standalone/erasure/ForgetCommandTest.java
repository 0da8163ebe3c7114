package dev.millrace.standalone.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.gateway.store.DiskFileStore;
import dev.millrace.gateway.store.ObjectPath;
import dev.millrace.gateway.store.TenantFolder;
import dev.millrace.results.ResultStore;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.row.OffsetChange;
import dev.millrace.store.row.PartitionId;
import dev.millrace.store.row.RecordPosition;
import dev.millrace.store.row.Row;
import dev.millrace.store.row.StoreTransaction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ForgetCommandTest {
    private static final PartitionId COSTS =
            new PartitionId("cluster", "millrace.costs", "topic-id", 0);
    private static final Instant TIME = Instant.parse("2026-11-20T12:00:00Z");

    @TempDir Path folder;

    @BeforeEach
    void storeEvents() throws Exception {
        try (var writer = new DatabaseWriter(Database.of(url()), InstantSource.fixed(TIME))) {
            writer.add(Map.of(COSTS, 0L));
        }
        store(0);
    }

    private String url() {
        return "jdbc:sqlite:" + DataDirectory.database(folder);
    }

    /** Stores an event of two batches of acme and of one of another tenant. */
    private void store(long offset) {
        var rows = new ArrayList<Row>();
        for (JobId job : jobs()) {
            String tenant = rows.size() < 2 ? "acme" : "other";
            String batch = rows.size() == 1 ? "second" : "first";
            rows.add(
                    new Row.Cost(
                            new RecordPosition(COSTS, offset + rows.size(), TIME),
                            CostEvent.withoutCall(job, tenant, batch)));
        }
        try (var writer = new DatabaseWriter(Database.of(url()), InstantSource.fixed(TIME))) {
            var change = new OffsetChange(COSTS, offset, offset + rows.size());
            var _ = writer.store(new StoreTransaction(rows, List.of(change)));
        }
    }

    private static List<JobId> jobs() {
        return List.of(
                JobId.of("acme", "first", "1"),
                JobId.of("acme", "second", "1"),
                JobId.of("other", "first", "1"));
    }

    private List<JobId> storedJobs() throws Exception {
        try (var store = ResultStore.open(url())) {
            return store.costs(jobs()).stream().map(it -> it.jobId()).toList();
        }
    }

    private int forget(String... options) {
        var arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of("--data-dir", folder.toString()));
        return new CommandLine(new ForgetCommand()).execute(arguments.toArray(String[]::new));
    }

    /** Stores an uploaded file as a gateway with this data directory does. */
    private Path upload(String tenant) throws Exception {
        var path =
                new ObjectPath(
                        TenantFolder.of(tenant),
                        ObjectPath.Kind.FILES,
                        "file-%032x.json".formatted(1));
        Path files = DataDirectory.files(folder);
        new DiskFileStore(files).write(path, new byte[] {1});
        return files.resolve(path.tenant().name()).resolve("files").resolve(path.name());
    }

    @Test
    void deletesNothingWithoutConfirmation() throws Exception {
        Path file = upload("acme");

        assertThat(forget("--tenant", "acme")).isEqualTo(ExitCode.USAGE);

        assertThat(storedJobs()).containsExactlyInAnyOrderElementsOf(jobs());
        assertThat(file).exists();
    }

    @Test
    void deletesUploadsOfTheTenantOnly() throws Exception {
        Path file = upload("acme");
        Path other = upload("other");

        assertThat(forget("--tenant", "acme", "--yes")).isEqualTo(ExitCode.OK);

        assertThat(file).doesNotExist();
        assertThat(other).exists();
    }

    @Test
    void rowsAreDeletedEvenIfTheFilesCannotBe() throws Exception {
        Files.writeString(DataDirectory.files(folder), "no folder");

        assertThat(forget("--tenant", "acme", "--yes")).isNotEqualTo(ExitCode.OK);

        assertThat(storedJobs()).containsExactly(jobs().get(2));
    }

    @Test
    void deletesABatchOfOneTenantOnly() throws Exception {
        assertThat(forget("--tenant", "acme", "--batch", "first", "--yes")).isEqualTo(ExitCode.OK);

        assertThat(storedJobs()).containsExactlyInAnyOrder(jobs().get(1), jobs().get(2));
    }

    @Test
    void sinkDoesNotStoreTheTenantAgain() throws Exception {
        assertThat(forget("--tenant", "acme", "--yes")).isEqualTo(ExitCode.OK);
        store(3);

        assertThat(storedJobs()).containsExactly(jobs().get(2));
    }

    @Test
    void canBeRepeated() throws Exception {
        assertThat(forget("--tenant", "acme", "--yes")).isEqualTo(ExitCode.OK);
        assertThat(forget("--tenant", "acme", "--yes")).isEqualTo(ExitCode.OK);

        assertThat(storedJobs()).containsExactly(jobs().get(2));
    }

    @Test
    void needsATenantOrABatch() {
        assertThat(forget("--yes")).isNotEqualTo(ExitCode.OK);
    }
}
