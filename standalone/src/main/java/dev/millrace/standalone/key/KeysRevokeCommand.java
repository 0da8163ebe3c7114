package dev.millrace.standalone.key;

import dev.millrace.standalone.option.ClusterOptions;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace keys revoke}: ends a key at once. */
@Command(
        name = "revoke",
        sortOptions = false,
        description =
                "Revokes an API key: gateways refuse it within a second. Jobs that they have"
                        + " accepted end normally.")
final class KeysRevokeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ID", description = "The id of the key, as \"keys list\" shows it.")
    private String id = "";

    @Option(names = "--json", description = "Print the key as one JSON object.")
    private boolean asJson;

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    KeysRevokeCommand() {}

    @Override
    public Integer call() {
        var outcome =
                clusterOptions
                        .client()
                        .write(
                                RandomGenerator.getDefault(),
                                false,
                                (state, now) ->
                                        KeyChanges.revoke(
                                                state, id, now.truncatedTo(ChronoUnit.SECONDS)));
        return KeyOutput.print("revoked", id, outcome, Optional.empty(), asJson);
    }
}
