package dev.millrace.standalone.erasure;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.StoreLocation;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.control.CachePurge;
import dev.millrace.contracts.control.CachePurge.Filter;
import dev.millrace.gateway.FileStores;
import dev.millrace.gateway.erasure.ForgottenFiles;
import dev.millrace.gateway.store.FileStore;
import dev.millrace.gateway.store.StorageException;
import dev.millrace.results.erasure.ForgottenRows;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.control.CachePurges;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.document.DocumentTopic;
import dev.millrace.standalone.document.ForgottenDocuments;
import dev.millrace.standalone.option.ClusterOptions;
import dev.millrace.standalone.option.DatabaseOptions;
import dev.millrace.standalone.option.NameOptions;
import dev.millrace.standalone.pipeline.Pipeline;
import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.database.FailureKind;
import dev.millrace.store.row.Erasures.Subject;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace forget}: deletes the data of a tenant or a batch from a pipeline. */
@Command(
        name = "forget",
        sortOptions = false,
        description =
                "Deletes the results, costs, dead letters and uploads of a batch; without --batch,"
                        + " those of a tenant with its rollups, documents, vectors and cached"
                        + " answers. Says what is left. Sinks do not store records again that were"
                        + " written before.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything within reach was deleted",
            "1:the command failed; repeat it",
            "2:wrong usage or configuration, or --yes is missing"
        })
public final class ForgetCommand implements Callable<Integer> {
    /** Attempts of one step while a sink locks the database, 250 ms each in SQLite. */
    private static final int MAX_ATTEMPTS = 40;

    @Option(names = "--batch", paramLabel = "NAME", description = "The batch.")
    private @Nullable String batch;

    @Option(
            names = "--tenant",
            paramLabel = "NAME",
            description =
                    "The tenant; with --batch the batch's tenant, by default the tenant of lines"
                            + " that name none.")
    private @Nullable String tenant;

    @Option(names = "--yes", description = "Delete; without it, the command only counts rows.")
    private boolean confirmed;

    @Mixin private DatabaseOptions databaseOptions = new DatabaseOptions();

    @Override
    public Integer call() {
        Subject subject = subject();
        MillraceConfig config = databaseOptions.config().orElseGet(ConfigLoader::defaults);
        var database = Database.of(databaseOptions.jdbcUrl());
        try (var writer = new DatabaseWriter(database, InstantSource.system());
                FileStore store = store(config)) {
            var rows = new ForgottenRows(writer, subject);
            var files = new ForgottenFiles(store, subject.tenant(), batchOf(subject));
            return confirmed ? forget(config, rows, files, subject) : refuse(rows, files, subject);
        } catch (DatabaseException | StorageException e) {
            throw UserError.failure("Nothing was deleted: " + e.getMessage());
        }
    }

    private FileStore store(MillraceConfig config) throws StorageException {
        return FileStores.open(location(config), config.gateway().files().s3());
    }

    private StoreLocation location(MillraceConfig config) {
        return Pipeline.files(
                config.gateway().files(), DataDirectory.files(databaseOptions.dataDirectory()));
    }

    private static Optional<String> batchOf(Subject subject) {
        return Optional.of(subject.batch()).filter(it -> !it.isEmpty());
    }

    private Subject subject() {
        if (batch == null && tenant == null) {
            throw UserError.usage(
                    "Give --batch NAME, with --tenant NAME if the batch has a tenant, or only"
                            + " --tenant NAME");
        }
        return new Subject(
                NameOptions.tenant(tenant), batch == null ? "" : NameOptions.batch(batch));
    }

    private static int refuse(ForgottenRows rows, ForgottenFiles files, Subject subject)
            throws DatabaseException, StorageException {
        long count = attempt(rows::count);
        ForgottenFiles.Plan plan = files.plan();
        Terminal.system()
                .out()
                .printf(
                        "%s has %,d results, cost events and dead letters; uploads: %,d, batches: %,d. Nothing was deleted; add --yes to delete them.%n",
                        name(subject), count, plan.files().size(), plan.batches().size());
        return ExitCode.USAGE;
    }

    private int forget(
            MillraceConfig config, ForgottenRows rows, ForgottenFiles files, Subject subject) {
        Optional<PipelineClient> cluster = databaseOptions.client();
        // The clock of this machine is possibly behind the times of the rows.
        Instant now =
                cluster.map(PipelineClient::brokerTime)
                        .orElseGet(InstantSource.system()::instant)
                        .truncatedTo(ChronoUnit.MILLIS);
        var out = Terminal.system().out();
        out.println(name(subject) + ":");
        var steps = new ErasureSteps(out);
        var unpublished = new TreeSet<String>();
        steps.run("the database", () -> "%,d rows".formatted(deleteRows(rows, now)));
        steps.run(
                "the gateway's store " + place(location(config)),
                () -> deleteFiles(files, now, unpublished));
        Optional<PipelineClient> client = subject.batch().isEmpty() ? cluster : Optional.empty();
        client.ifPresent(it -> forgetInKafka(config, it, subject.tenant(), steps));
        out.print(
                new RemainingData(
                                subject,
                                config,
                                unpublished,
                                client.isPresent(),
                                DataDirectory.journal(databaseOptions.dataDirectory()))
                        .text());
        steps.end();
        return ExitCode.OK;
    }

    private static String place(StoreLocation location) {
        return switch (location) {
            case StoreLocation.Folder(Path path) -> path.toString();
            case StoreLocation.Bucket(String name, String prefix) -> "s3://" + name + "/" + prefix;
        };
    }

    private static long deleteRows(ForgottenRows rows, Instant now) throws DatabaseException {
        int _ =
                attempt(
                        () -> {
                            rows.mark(now);
                            return 0;
                        });
        long deleted = 0;
        int step;
        do {
            step = attempt(rows::deleteSome);
            deleted += step;
        } while (step > 0);
        return deleted;
    }

    private static String deleteFiles(ForgottenFiles files, Instant now, Set<String> unpublished)
            throws StorageException {
        ForgottenFiles.Plan plan = files.plan();
        unpublished.addAll(plan.unpublished());
        files.delete(plan, now);
        return "uploads: %,d, batches: %,d".formatted(plan.files().size(), plan.batches().size());
    }

    private static void forgetInKafka(
            MillraceConfig config, PipelineClient client, String tenant, ErasureSteps steps) {
        var topic = new DocumentTopic(client, config.topics().withPrefix(client.prefix()));
        steps.run(
                client.topics().documents(),
                () ->
                        "%,d documents with their vectors"
                                .formatted(
                                        new ForgottenDocuments(topic, System::nanoTime)
                                                .delete(tenant)));
        steps.run(
                "the answer cache",
                () -> {
                    var random = RandomGenerator.getDefault();
                    String id = CachePurges.newId(random);
                    var metadata = ClusterOptions.metadataAt(client.brokerTime());
                    CachePurge _ =
                            client.write(
                                    random,
                                    state ->
                                            CachePurges.purge(
                                                    state,
                                                    id,
                                                    Filter.ofTenant(tenant),
                                                    config.router().cache(),
                                                    metadata));
                    return "every answer to jobs of the tenant";
                });
    }

    private static String name(Subject subject) {
        return subject.batch().isEmpty()
                ? "tenant \"" + subject.tenant() + "\""
                : "batch \"" + subject.batch() + "\" of tenant \"" + subject.tenant() + "\"";
    }

    /** A step that can be repeated. */
    private interface Step<T> {
        T run() throws DatabaseException;
    }

    /** Repeats a step while a sink locks the database. */
    private static <T> T attempt(Step<T> step) throws DatabaseException {
        for (int attempts = 1; ; attempts++) {
            try {
                return step.run();
            } catch (DatabaseException e) {
                if (e.kind() != FailureKind.BUSY || attempts == MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }
}
