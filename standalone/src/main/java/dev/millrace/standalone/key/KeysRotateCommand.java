package dev.millrace.standalone.key;

import dev.millrace.gateway.access.KeyToken;
import dev.millrace.gateway.access.SecretHash;
import dev.millrace.standalone.option.ClusterOptions;
import dev.millrace.standalone.option.TimeSpan;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace keys rotate}: replaces the secret of a key. */
@Command(
        name = "rotate",
        sortOptions = false,
        description =
                "Replaces the secret of an API key and prints the new key, once. Tenant, limits and"
                        + " budget stay.")
final class KeysRotateCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ID", description = "The id of the key, as \"keys list\" shows it.")
    private String id = "";

    @Option(
            names = "--overlap",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            description =
                    "How long the earlier secret is still accepted, such as 30m or 7d; default: not"
                            + " at all.")
    private Duration overlap = Duration.ZERO;

    @Option(names = "--json", description = "Print the key as one JSON object.")
    private boolean asJson;

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    KeysRotateCommand() {}

    @Override
    public Integer call() {
        Instant time =
                overlap.isZero()
                        ? ClusterOptions.metadata(null).at()
                        : clusterOptions.client().brokerTime();
        Instant now = time.truncatedTo(ChronoUnit.SECONDS);
        var random = new SecureRandom();
        KeyToken token = KeyToken.mint(id, random);
        SecretHash secret = SecretHash.of(token.secret(), random, now);
        var outcome =
                clusterOptions
                        .client()
                        .write(
                                random,
                                state -> KeyChanges.rotate(state, id, secret, now.plus(overlap)));
        return KeyOutput.print("rotated", id, outcome, Optional.of(token), now, asJson);
    }
}
