package dev.millrace.standalone.cli.results;

import dev.millrace.sink.database.Database;
import dev.millrace.sink.database.DatabaseException;
import dev.millrace.sink.database.DatabaseWriter;
import dev.millrace.sink.database.FailureKind;
import dev.millrace.sink.erasure.ForgottenRows;
import dev.millrace.sink.row.Erasures.Subject;
import dev.millrace.standalone.cli.options.DatabaseOptions;
import dev.millrace.standalone.cli.options.NameOptions;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace forget}: deletes what the database of a sink has of a tenant or a batch. */
@Command(
        name = "forget",
        sortOptions = false,
        description =
                "Deletes the results, costs and dead letters of a batch, or of a tenant with its"
                        + " rollups, from the database, and says what is left. Sinks do not store"
                        + " records again that were written before.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the rows were deleted",
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
        var database = Database.of(databaseOptions.jdbcUrl());
        try (var writer = new DatabaseWriter(database, InstantSource.system())) {
            var rows = new ForgottenRows(writer, subject);
            return confirmed ? forget(rows, subject) : refuse(rows, subject);
        } catch (DatabaseException e) {
            throw UserError.failure("Not everything was deleted: " + e.getMessage());
        }
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

    private static int refuse(ForgottenRows rows, Subject subject) throws DatabaseException {
        long count = attempt(rows::count);
        Terminal.system()
                .out()
                .printf(
                        "%s has %,d results, cost events and dead letters. Nothing was deleted; add --yes to delete them.%n",
                        name(subject), count);
        return ExitCode.USAGE;
    }

    private static int forget(ForgottenRows rows, Subject subject) throws DatabaseException {
        Instant now = InstantSource.system().instant().truncatedTo(ChronoUnit.MILLIS);
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
        Terminal.system().out().printf("%s: deleted %,d rows%n", name(subject), deleted);
        Terminal.system().out().print(left(subject));
        return ExitCode.OK;
    }

    private static String left(Subject subject) {
        boolean isTenant = subject.batch().isEmpty();
        return """
                What is left:
                  Kafka     records of results, costs and dead letters, until topics.retention has passed (default: 7 days)
                  jobs      unfinished jobs end and are stored; %s
                  cache     answers; delete them with "millrace cache purge --tenant %s"
                  files     inputs, outputs and the journal of runs
                  gateway   uploaded files and records of batches, until gateway.files.retention has passed (default: 30 days); DELETE /v1/files/ID deletes a file at once
                  documents those of retrieval, with their vectors and indexes; delete them with "millrace documents delete"
                  control   names in budgets, limits, API keys and cancellations, until they end
                  database  %srecords in "unreadable"; webhook events of budgets; freed pages until SQLite or PostgreSQL reuses them (VACUUM)
                """
                .formatted(
                        isTenant
                                ? "cancel their batches, then repeat this command"
                                : "cancel the batch, then repeat this command",
                        subject.tenant(),
                        isTenant ? "" : "rollups, which do not name batches; ");
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
