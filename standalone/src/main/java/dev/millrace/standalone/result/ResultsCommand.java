package dev.millrace.standalone.result;

import dev.millrace.results.BatchKey;
import dev.millrace.results.ResultLines;
import dev.millrace.results.ResultStore;
import dev.millrace.results.StoredResult;
import dev.millrace.results.batch.BatchReader;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.StopSignals;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.option.DatabaseOptions;
import dev.millrace.standalone.option.NameOptions;
import dev.millrace.standalone.option.UnknownBatch;
import dev.millrace.store.database.DatabaseException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace results}: prints the stored results of a batch. */
@Command(
        name = "results",
        sortOptions = false,
        description =
                "Prints the results of a batch in input order, one JSON object a line, also while"
                        + " the batch runs. With --follow, prints them as they are stored, until the"
                        + " batch is complete.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:results were printed",
            "1:the command failed",
            "2:wrong usage or configuration, or an unknown batch",
            "130, 143:--follow was stopped by Ctrl-C (SIGINT) or SIGTERM"
        })
public final class ResultsCommand implements Callable<Integer> {
    private static final int BUFFER_BYTES = 256 * 1024;

    @Parameters(
            paramLabel = "BATCH",
            description = "The batch, such as tickets.jsonl: by default, its file name.")
    private String batch = "";

    @Option(
            names = "--tenant",
            paramLabel = "NAME",
            description = "The batch's tenant; default: the tenant of lines that name none.")
    private @Nullable String tenant;

    @Option(names = "--failed", description = "Print only results with an error.")
    private boolean failedOnly;

    @Option(
            names = "--after",
            paramLabel = "LINE",
            description =
                    "Print only results of lines after this one; results without a line come last,"
                            + " as always.")
    private long after = Long.MIN_VALUE;

    @Option(
            names = "--follow",
            description =
                    "First print the results stored so far, then each result once it is stored, until"
                            + " the batch is complete. Waits for a batch of which nothing is stored"
                            + " yet.")
    private boolean follow;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "Write to this file instead, which appears when it is complete; compressed if its"
                            + " name ends with .gz or .zst; - for standard output.")
    private @Nullable Path output;

    @Mixin private DatabaseOptions databaseOptions = new DatabaseOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (output != null && OutputFile.isStandardOutput(output)) {
            output = null;
        }
        if (follow && output != null) {
            throw UserError.usage(
                    "--follow prints results as they are stored; redirect standard output instead of"
                            + " using --output");
        }
        var key = new BatchKey(NameOptions.tenant(tenant), NameOptions.batch(batch));
        try (QueryRunner runner = QueryRunner.open(databaseOptions.jdbcUrl())) {
            return follow ? follow(runner, key) : print(runner, key);
        } catch (DatabaseException e) {
            throw DatabaseOptions.unreadable(e);
        }
    }

    private int print(QueryRunner runner, BatchKey key) throws DatabaseException, IOException {
        var store = new ResultStore(runner);
        if (!store.hasResult(key)) {
            throw unknown(store, runner, key);
        }
        if (output == null) {
            var out = new BufferedOutputStream(Terminal.system().out(), BUFFER_BYTES);
            export(store, key, out);
            out.flush();
        } else {
            writeTo(output, store, key);
        }
        return ExitCode.OK;
    }

    private void writeTo(Path file, ResultStore store, BatchKey key) throws DatabaseException {
        try (OutputFile out = OutputFile.open(file)) {
            export(store, key, out.stream());
            out.commit();
        } catch (IOException e) {
            throw UserError.failure("Cannot write the results to " + file + ": " + e.getMessage());
        }
    }

    private void export(ResultStore store, BatchKey key, OutputStream out)
            throws DatabaseException, IOException {
        ResultLines lines = store.lines(key, OptionalLong.of(after), failedOnly);
        for (StoredResult next = lines.next(); next != null; next = lines.next()) {
            out.write(next.value());
            out.write('\n');
        }
    }

    private int follow(QueryRunner runner, BatchKey key)
            throws DatabaseException, IOException, InterruptedException {
        StopSignals signals = StopSignals.install();
        var pace = new FollowedBatch.Pace(InstantSource.system(), System::nanoTime, signals);
        var batchOnTerminal =
                new FollowedBatch(
                        runner,
                        key,
                        new BatchFollower.Selection(after, failedOnly),
                        Terminal.system(),
                        pace);
        return switch (batchOnTerminal.print()) {
            case COMPLETE -> ExitCode.OK;
            case STOPPED -> signals.exitCode();
            case UNREAD -> throw UserError.failure("Standard output was closed, so nobody follows");
        };
    }

    private static UserError unknown(ResultStore store, QueryRunner runner, BatchKey key)
            throws DatabaseException {
        String more = " with a finished job";
        var batches = new BatchReader(runner, InstantSource.system().instant());
        if (store.hasBatch(key.batch())) {
            more = ". Another tenant has a batch of this name; name it with --tenant";
        } else if (!batches.exists(key)) {
            more += UnknownBatch.hint(batches, key);
        }
        return UserError.usage(
                "There is no batch \"%s\" of tenant \"%s\"%s"
                        .formatted(key.batch(), key.tenant(), more));
    }
}
