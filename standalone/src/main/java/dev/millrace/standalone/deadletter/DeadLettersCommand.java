package dev.millrace.standalone.deadletter;

import dev.millrace.gateway.figures.DeadLetterReader;
import dev.millrace.gateway.figures.UsageFilter;
import dev.millrace.results.BatchKey;
import dev.millrace.results.DeadLetterId;
import dev.millrace.results.ResultStore;
import dev.millrace.results.StoredDeadLetter;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.option.CommandGroup;
import dev.millrace.standalone.option.DatabaseOptions;
import dev.millrace.standalone.option.SimulatedAnswers;
import dev.millrace.store.database.DatabaseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace dead-letters}: shows records that did not become a job. */
@Command(
        name = "dead-letters",
        sortOptions = false,
        description = "Shows the records that did not become a job, even of a stopped pipeline.",
        subcommands = {
            DeadLettersCommand.ListCommand.class,
            DeadLettersCommand.Show.class,
            DeadLettersReplayCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class DeadLettersCommand extends CommandGroup {
    /** {@code millrace dead-letters list}: lists the latest dead letters. */
    @Command(
            name = "list",
            sortOptions = false,
            description =
                    "Lists the latest dead letters, newest first, that match every given option.")
    static final class ListCommand implements Callable<Integer> {
        @Option(names = "--tenant", paramLabel = "NAME", description = "The tenant.")
        private @Nullable String tenant;

        @Option(names = "--batch", paramLabel = "NAME", description = "The batch.")
        private @Nullable String batch;

        @Option(
                names = "--reason",
                paramLabel = "CODE",
                description = "The reason, such as malformed_request.")
        private @Nullable String reason;

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "50",
                description = "Number of dead letters; default: ${DEFAULT-VALUE}.")
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
            Terminal terminal = Terminal.system();
            var count = new int[1];
            var filter =
                    new UsageFilter(
                            Optional.ofNullable(tenant),
                            Optional.ofNullable(batch),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty());
            try (QueryRunner runner = QueryRunner.open(databaseOptions.jdbcUrl())) {
                new DeadLetterReader(runner)
                        .forEachLatest(
                                filter,
                                Optional.ofNullable(reason),
                                limit,
                                letter -> {
                                    count[0]++;
                                    terminal.out()
                                            .println(
                                                    asJson
                                                            ? DeadLetterJson.of(letter)
                                                            : DeadLetterText.line(letter));
                                });
                if (count[0] == 0) {
                    terminal.say("no dead letters" + simulatedHint());
                }
                return ExitCode.OK;
            } catch (DatabaseException e) {
                throw DatabaseOptions.unreadable(e);
            }
        }

        private String simulatedHint() {
            String itsTenant = Objects.requireNonNullElse(tenant, BatchKey.DEFAULT_TENANT);
            return batch == null ? "" : SimulatedAnswers.batchHint(new BatchKey(itsTenant, batch));
        }
    }

    /** {@code millrace dead-letters show}: shows one dead letter with its bytes. */
    @Command(
            name = "show",
            sortOptions = false,
            description = "Shows a dead letter and the record that it was.")
    static final class Show implements Callable<Integer> {
        @Parameters(paramLabel = "ID", description = "The id, such as 3-1042; see \"list\".")
        private String id = "";

        @Option(names = "--json", description = "Print one JSON object.")
        private boolean asJson;

        @Mixin private DatabaseOptions databaseOptions = new DatabaseOptions();

        Show() {}

        @Override
        public Integer call() {
            StoredDeadLetter letter = find(databaseOptions.open(), List.of(id)).getFirst();
            var out = Terminal.system().out();
            if (asJson) {
                out.println(DeadLetterJson.of(letter));
            } else {
                DeadLetterText.of(letter).forEach(out::println);
            }
            return ExitCode.OK;
        }
    }

    /**
     * Reads the dead letters with the given ids, and closes the store.
     *
     * @throws UserError if an id is not valid or unknown
     */
    static List<StoredDeadLetter> find(ResultStore store, List<String> ids) {
        try (store) {
            var letters = new ArrayList<StoredDeadLetter>();
            for (DeadLetterId id : ids.stream().map(DeadLettersCommand::id).toList()) {
                letters.add(
                        store.findDeadLetter(id)
                                .orElseThrow(
                                        () -> UserError.usage("There is no dead letter " + id)));
            }
            return letters;
        } catch (DatabaseException e) {
            throw DatabaseOptions.unreadable(e);
        }
    }

    private static DeadLetterId id(String text) {
        return DeadLetterId.parse(text)
                .orElseThrow(
                        () ->
                                UserError.usage(
                                        "\"%s\" is not the id of a dead letter, such as 3-1042; see \"millrace dead-letters list\""
                                                .formatted(text)));
    }
}
