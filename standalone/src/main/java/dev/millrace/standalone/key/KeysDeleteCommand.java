package dev.millrace.standalone.key;

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

/** {@code millrace keys delete}: forgets a key that has ended. */
@Command(
        name = "delete",
        sortOptions = false,
        description =
                "Deletes a revoked or expired API key, which \"keys list\" then shows no more. The"
                        + " last key stays without --yes, since a gateway without keys serves its"
                        + " machine, or nobody.")
final class KeysDeleteCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ID", description = "The id of the key, as \"keys list\" shows it.")
    private String id = "";

    @Option(names = "--yes", description = "Delete even the last key.")
    private boolean confirmed;

    @Option(names = "--json", description = "Print the key as one JSON object.")
    private boolean asJson;

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    KeysDeleteCommand() {}

    @Override
    public Integer call() {
        Instant now = ClusterOptions.metadata(null).at().truncatedTo(ChronoUnit.SECONDS);
        var outcome =
                clusterOptions
                        .client()
                        .write(
                                RandomGenerator.getDefault(),
                                state -> KeyChanges.delete(state, id, now, confirmed));
        return KeyOutput.print("deleted", id, outcome, Optional.empty(), now, asJson);
    }
}
