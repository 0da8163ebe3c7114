package dev.millrace.standalone.cli.results;

import dev.millrace.sink.database.DatabaseException;
import dev.millrace.sink.store.BatchKey;
import dev.millrace.sink.store.ResultStore;
import dev.millrace.standalone.cli.options.DatabaseOptions;
import dev.millrace.standalone.cli.options.NameOptions;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.io.BufferedOutputStream;
import java.io.IOException;
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
                        + " the batch runs.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:results were printed",
            "1:the command failed",
            "2:wrong usage or configuration, or an unknown batch"
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

    @Mixin private DatabaseOptions databaseOptions = new DatabaseOptions();

    @Override
    public Integer call() throws IOException {
        var key = new BatchKey(NameOptions.tenant(tenant), NameOptions.batch(batch));
        try (ResultStore store = databaseOptions.open()) {
            if (!store.hasResult(key)) {
                throw unknown(store, key);
            }
            var out = new BufferedOutputStream(Terminal.system().out(), BUFFER_BYTES);
            var _ =
                    failedOnly
                            ? store.exportFailedInOrder(key, out)
                            : store.exportInOrder(key, out);
            out.flush();
            return ExitCode.OK;
        } catch (DatabaseException e) {
            throw DatabaseOptions.unreadable(e);
        }
    }

    private static UserError unknown(ResultStore store, BatchKey key) throws DatabaseException {
        return UserError.usage(
                "There is no batch \"%s\" of tenant \"%s\"%s"
                        .formatted(
                                key.batch(),
                                key.tenant(),
                                store.hasBatch(key.batch())
                                        ? ". Another tenant has a batch of this name; name it with --tenant"
                                        : " with a finished job"));
    }
}
