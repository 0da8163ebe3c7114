package dev.millrace.standalone.key;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.standalone.key.KeyChanges.Outcome;
import dev.millrace.standalone.option.ClusterOptions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that ends a key, or forgets one that has ended. */
abstract sealed class KeyEndCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ID", description = "The id of the key, as \"keys list\" shows it.")
    private String id = "";

    @Option(names = "--json", description = "Print the key as one JSON object.")
    private boolean asJson;

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    private final String verb;

    private KeyEndCommand(String verb) {
        this.verb = verb;
    }

    abstract Change<Outcome> change(ControlState state, String key, Instant now);

    @Override
    public Integer call() {
        Instant now = ClusterOptions.metadata(null).at().truncatedTo(ChronoUnit.SECONDS);
        var outcome =
                clusterOptions
                        .client()
                        .write(RandomGenerator.getDefault(), state -> change(state, id, now));
        return KeyOutput.print(verb, id, outcome, Optional.empty(), now, asJson);
    }

    /** {@code millrace keys revoke}: ends a key at once. */
    @Command(
            name = "revoke",
            sortOptions = false,
            description =
                    "Revokes an API key: gateways refuse it within a second. Jobs that they have"
                            + " accepted end normally.")
    static final class Revoke extends KeyEndCommand {
        Revoke() {
            super("revoked");
        }

        @Override
        Change<Outcome> change(ControlState state, String key, Instant now) {
            return KeyChanges.revoke(state, key, now);
        }
    }

    /** {@code millrace keys delete}: forgets a key that has ended. */
    @Command(
            name = "delete",
            sortOptions = false,
            description =
                    "Deletes a revoked or expired API key, which \"keys list\" then shows no more."
                            + " The last key stays without --yes, since a gateway without keys"
                            + " serves its machine, or nobody.")
    static final class Delete extends KeyEndCommand {
        @Option(names = "--yes", description = "Delete even the last key.")
        private boolean confirmed;

        Delete() {
            super("deleted");
        }

        @Override
        Change<Outcome> change(ControlState state, String key, Instant now) {
            return KeyChanges.delete(state, key, now, confirmed);
        }
    }
}
