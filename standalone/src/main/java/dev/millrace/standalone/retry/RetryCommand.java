package dev.millrace.standalone.retry;

import dev.millrace.contracts.batch.BatchOrigin;
import dev.millrace.producer.ProducerSettings;
import dev.millrace.results.BatchKey;
import dev.millrace.results.ResultStore;
import dev.millrace.results.batch.BatchReader;
import dev.millrace.results.batch.BatchStatus;
import dev.millrace.results.batch.ManifestStatus;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.standalone.batch.Publication;
import dev.millrace.standalone.client.LocalUser;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.option.BuyOption;
import dev.millrace.standalone.option.ClusterOptions;
import dev.millrace.standalone.option.DatabaseOptions;
import dev.millrace.standalone.option.NameOptions;
import dev.millrace.standalone.option.UnknownBatch;
import dev.millrace.standalone.retry.FailedLines.Found;
import dev.millrace.store.database.DatabaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace retry}: publishes the failed jobs of a batch again, as a new batch. */
@Command(
        name = "retry",
        sortOptions = false,
        description =
                "Publishes the jobs of a batch that failed as a new batch. Jobs that succeeded are"
                        + " not called again.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all failed jobs were published, or there are none",
            "1:the command failed",
            "2:wrong usage or configuration, or an unknown batch",
            "3:some failed jobs are not in the files"
        })
public final class RetryCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "BATCH", description = "The batch with failed jobs.")
    private String batch = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "FILE",
            description =
                    "The files of the batch: the pipeline does not keep the requests of finished"
                            + " jobs.")
    private List<Path> files = List.of();

    @Option(
            names = "--tenant",
            paramLabel = "NAME",
            description = "The batch's tenant; default: the tenant of lines that name none.")
    private @Nullable String tenant;

    @Option(
            names = "--as",
            paramLabel = "NAME",
            description = "Name of the new batch; default: BATCH.retry-1, then BATCH.retry-2.")
    private @Nullable String newName;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            description = "The request topic; default: the topic prefix followed by \"requests\".")
    private @Nullable String topic;

    @Option(
            names = "--corrected",
            description =
                    "Also publish lines that became dead letters and are valid now. Use it only"
                            + " when no job of the batch is running: a line that is running would"
                            + " be paid for twice. For one FILE, and only if the batch has no"
                            + " other.")
    private boolean withCorrected;

    @Mixin private BuyOption buyOption = new BuyOption();

    @Option(names = "--dry-run", description = "Only count. Publishes nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean asJson;

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    @Override
    public Integer call() throws IOException {
        var key = new BatchKey(NameOptions.tenant(tenant), NameOptions.batch(batch));
        requireFiles(key);
        try (QueryRunner runner = QueryRunner.open(clusterOptions.jdbcUrl())) {
            return retry(runner, key);
        } catch (DatabaseException e) {
            throw DatabaseOptions.unreadable(e);
        }
    }

    private void requireFiles(BatchKey key) {
        if (files.isEmpty()) {
            throw UserError.usage(
                    "Name the files of the batch, since the pipeline does not keep the requests of"
                            + " finished jobs: millrace retry %s FILE...".formatted(key.batch()));
        }
        if (withCorrected && files.size() > 1) {
            throw UserError.usage(
                    "--corrected takes one file: a dead letter has a line number, but no file");
        }
        for (Path file : files) {
            if (!Files.isReadable(file) || Files.isDirectory(file)) {
                throw UserError.usage("There is no file " + file + " that can be read");
            }
        }
    }

    private int retry(QueryRunner runner, BatchKey key) throws DatabaseException, IOException {
        var reader = new BatchReader(runner, InstantSource.system().instant());
        Optional<BatchStatus> stored = reader.find(key);
        if (stored.isEmpty()) {
            throw UnknownBatch.error(reader, key);
        }
        BatchStatus status = stored.get();
        String retryName = RetryNames.choose(reader, key, newName);
        var store = new ResultStore(runner);
        ProducerSettings settings =
                clusterOptions.producer(
                        topic, !dryRun, null, buyOption.defaults(InstantSource.system().instant()));
        var lines =
                new FailedLines(
                        store, key, retryName, settings.boundTenant(), settings.maxRequestBytes());
        Found found = lines.read(files, withCorrected, _ -> {});
        if (!dryRun && found.toPublish() > 0) {
            var claim =
                    new RetryClaim(
                            reader,
                            key,
                            retryName,
                            InstantSource.system().instant(),
                            LocalUser.name(),
                            status.manifest()
                                    .map(ManifestStatus::origin)
                                    .orElse(BatchOrigin.UNKNOWN));
            found = publish(lines, settings, claim);
        }
        var report = new RetryReport(key, retryName, found, status.failed(), dryRun);
        var out = Terminal.system().out();
        if (asJson) {
            out.println(report.toJson());
        } else {
            report.lines().forEach(out::println);
        }
        return report.missing() > 0 ? ExitCode.SOME_FAILED : ExitCode.OK;
    }

    /**
     * Publishes lines once the name of the retry is claimed, so that no other command repeats these
     * jobs. Publishes the number of lines last, as for every submission.
     */
    private Found publish(FailedLines lines, ProducerSettings settings, RetryClaim claim)
            throws DatabaseException, IOException {
        String retryName = claim.manifest().batch();
        try (var publication = Publication.connect(settings, Terminal.system())) {
            if (!publication.hasManifests()) {
                throw UserError.failure(
                        "Nothing was published, since the batch must be recorded there");
            }
            publication.announce(List.of(claim.manifest()));
            claim.await();
            Found published =
                    lines.read(
                            files,
                            withCorrected,
                            line -> publication.publish(line, retryName, line.source().number()));
            publication.finish();
            if (published.toPublish() > 0) {
                publication.announce(List.of(claim.manifest(published.toPublish())));
            }
            return published;
        }
    }
}
