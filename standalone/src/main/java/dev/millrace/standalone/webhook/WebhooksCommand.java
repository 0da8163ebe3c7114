package dev.millrace.standalone.webhook;

import dev.millrace.results.query.QueryRunner;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.option.CommandGroup;
import dev.millrace.standalone.option.DatabaseOptions;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.database.FailureKind;
import dev.millrace.webhooks.outbox.DeliveryQueue;
import dev.millrace.webhooks.outbox.DeliveryReader;
import dev.millrace.webhooks.outbox.DeliveryReader.DeliveryRow;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace webhooks}: shows the deliveries of webhooks, and repeats them. */
@Command(
        name = "webhooks",
        sortOptions = false,
        description = "Shows what was sent to webhooks, sends it again, and tests receivers.",
        subcommands = {
            WebhooksCommand.ListCommand.class,
            WebhooksCommand.Resend.class,
            WebhooksTestCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class WebhooksCommand extends CommandGroup {
    /** {@code millrace webhooks list}: lists the latest deliveries. */
    @Command(
            name = "list",
            sortOptions = false,
            description = "Lists the latest events for each receiver, newest first.")
    static final class ListCommand implements Callable<Integer> {
        @Option(names = "--failed", description = "Only those that are not tried again.")
        private boolean onlyFailed;

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "50",
                description = "Number of deliveries; default: ${DEFAULT-VALUE}.")
        private int limit = 50;

        @Option(names = "--json", description = "Print one JSON object a line.")
        private boolean asJson;

        @Mixin private DatabaseOptions databaseOptions = new DatabaseOptions();

        ListCommand() {}

        @Override
        public Integer call() {
            if (limit < 1) {
                throw UserError.usage("--limit must be at least 1, was " + limit);
            }
            var out = Terminal.system().out();
            try (QueryRunner runner = QueryRunner.open(databaseOptions.jdbcUrl())) {
                List<DeliveryRow> rows = new DeliveryReader(runner).latest(onlyFailed, limit);
                rows.forEach(
                        it ->
                                out.println(
                                        asJson
                                                ? DeliveryOutput.json(it)
                                                : DeliveryOutput.line(it)));
                if (rows.isEmpty()) {
                    Terminal.system().say(onlyFailed ? "no failed deliveries" : "no deliveries");
                }
                return ExitCode.OK;
            } catch (DatabaseException e) {
                throw DatabaseOptions.unreadable(e);
            }
        }
    }

    /** {@code millrace webhooks resend}: makes deliveries due again. */
    @Command(
            name = "resend",
            sortOptions = false,
            description =
                    "Makes events due again for each of their receivers, delivered or not. The sink"
                            + " sends them, with all attempts.")
    static final class Resend implements Callable<Integer> {
        /** Each try waits up to 250 ms for a lock of SQLite. */
        private static final int TRIES = 40;

        @Parameters(
                paramLabel = "ID",
                arity = "1..*",
                description = "Ids of events, such as msg_708431038c4d6028e980ee2472e3f28b.")
        private List<String> ids = List.of();

        @Mixin private DatabaseOptions databaseOptions = new DatabaseOptions();

        Resend() {}

        @Override
        public Integer call() {
            var out = Terminal.system().out();
            try (var queue = new DeliveryQueue(databaseOptions.jdbcUrl(), InstantSource.system())) {
                for (String id : ids) {
                    List<String> origins = resend(queue, id);
                    if (origins.isEmpty()) {
                        throw UserError.usage(
                                "There is no event "
                                        + id
                                        + " for any receiver, or it is being sent now; see"
                                        + " \"millrace webhooks list\"");
                    }
                    origins.forEach(it -> out.println(id + " is due again for " + it));
                }
                return ExitCode.OK;
            } catch (DatabaseException e) {
                throw UserError.failure("Nothing was changed: " + e.getMessage());
            }
        }

        /** Tries again while a running sink holds the lock of the database. */
        private static List<String> resend(DeliveryQueue queue, String id)
                throws DatabaseException {
            for (int i = 1; i < TRIES; i++) {
                try {
                    return queue.resend(id);
                } catch (DatabaseException e) {
                    if (e.kind() != FailureKind.BUSY) {
                        throw e;
                    }
                }
            }
            return queue.resend(id);
        }
    }
}
