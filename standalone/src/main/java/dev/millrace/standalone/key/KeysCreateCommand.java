package dev.millrace.standalone.key;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.job.Names;
import dev.millrace.gateway.access.GatewayKey;
import dev.millrace.gateway.access.KeyAccess;
import dev.millrace.gateway.access.KeyRights;
import dev.millrace.gateway.access.KeyRole;
import dev.millrace.gateway.access.KeyToken;
import dev.millrace.gateway.access.SecretHash;
import dev.millrace.standalone.client.ChangeMetadata;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.option.ClusterOptions;
import dev.millrace.standalone.option.NameOptions;
import dev.millrace.standalone.option.TimeSpan;
import dev.millrace.standalone.option.UsdAmount;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace keys create}: makes an API key and prints it once. */
@Command(
        name = "create",
        sortOptions = false,
        description =
                "Makes an API key for the gateway and prints it, once: only a salted hash is"
                        + " stored.")
final class KeysCreateCommand implements Callable<Integer> {
    /** The model name that lets a policy choose the model. */
    private static final String AUTO = "auto";

    @Option(
            names = "--name",
            required = true,
            paramLabel = "NAME",
            description = "Who or what uses the key; no other key in force may have this name.")
    private String name = "";

    @Option(
            names = "--tenant",
            paramLabel = "NAME",
            description = "The tenant of every job of the key; default: the tenant \"default\".")
    private @Nullable String tenant;

    @Option(
            names = "--role",
            split = ",",
            paramLabel = "ROLE",
            description =
                    "What the key is for: call (models and batches, under /v1), read (results, costs"
                            + " and the dashboard, under /api/v1) or operate (read, cancel, pause,"
                            + " roll back); repeat for more. Default: call.")
    private List<String> roles = new ArrayList<>();

    @Option(
            names = "--all-tenants",
            description =
                    "With read or operate, the data of all tenants. Calls still belong to the"
                            + " tenant of the key.")
    private boolean allTenants;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description =
                    "A model that requests may name, by name or alias, or auto; repeat for more."
                            + " Default: all.")
    private List<String> models = new ArrayList<>();

    @Option(names = "--requests-per-minute", paramLabel = "N", description = "Default: no limit.")
    private @Nullable Long requestsPerMinute;

    @Option(
            names = "--tokens-per-minute",
            paramLabel = "N",
            description = "Input and output together. Default: no limit.")
    private @Nullable Long tokensPerMinute;

    @Option(
            names = "--budget",
            paramLabel = "USD",
            converter = UsdAmount.class,
            description =
                    "What all jobs of the key may cost together, batch files included, in US"
                            + " dollars, such as 20 or 2.50. Default: no limit.")
    private @Nullable BigDecimal budget;

    @Option(
            names = "--expires-in",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            description = "When the key ends, such as 12h or 90d from now. Default: never.")
    private @Nullable Duration expiresIn;

    @Option(names = "--json", description = "Print the key as one JSON object.")
    private boolean asJson;

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    KeysCreateCommand() {}

    @Override
    public Integer call() {
        ChangeMetadata metadata =
                expiresIn == null
                        ? ClusterOptions.metadata(null)
                        : ClusterOptions.metadataAt(clusterOptions.client().brokerTime());
        KeyAccess access = access(metadata);
        Names.tenantProblem(name)
                .ifPresent(
                        it -> {
                            throw UserError.usage("--name: the name " + it);
                        });
        var random = new SecureRandom();
        KeyToken token = KeyToken.mint(random);
        var key =
                new GatewayKey(
                        name,
                        access,
                        metadata.at(),
                        metadata.by(),
                        Optional.empty(),
                        List.of(SecretHash.of(token.secret(), random, metadata.at())));
        Optional<BudgetLimit> limit = Optional.ofNullable(budget).map(ClusterOptions::limit);
        var outcome =
                clusterOptions
                        .client()
                        .write(random, state -> KeyChanges.create(state, token.id(), key, limit));
        return KeyOutput.print(
                "created", token.id(), outcome, Optional.of(token), metadata.at(), asJson);
    }

    private KeyAccess access(ChangeMetadata metadata) {
        var names = new TreeSet<String>();
        for (String model : models) {
            names.add(model.equals(AUTO) ? AUTO : clusterOptions.modelName(model));
        }
        return new KeyAccess(
                NameOptions.tenant(tenant),
                names,
                limit("--requests-per-minute", requestsPerMinute),
                limit("--tokens-per-minute", tokensPerMinute),
                rights(),
                Optional.ofNullable(expiresIn)
                        .map(it -> metadata.at().plus(it).truncatedTo(ChronoUnit.SECONDS)));
    }

    private KeyRights rights() {
        var found = EnumSet.noneOf(KeyRole.class);
        for (String word : roles) {
            found.add(
                    KeyRole.of(word)
                            .orElseThrow(
                                    () ->
                                            UserError.usage(
                                                    "--role accepts call, read and operate, not "
                                                            + word)));
        }
        if (found.isEmpty()) {
            found.add(KeyRole.CALL);
        }
        if (allTenants && found.equals(EnumSet.of(KeyRole.CALL))) {
            throw UserError.usage("--all-tenants needs --role read or operate");
        }
        return new KeyRights(found, allTenants);
    }

    private static OptionalLong limit(String option, @Nullable Long given) {
        if (given == null) {
            return OptionalLong.empty();
        }
        if (given < 1) {
            throw UserError.usage(option + " must be at least 1, was " + given);
        }
        return OptionalLong.of(given);
    }
}
