package dev.millrace.standalone.usage;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.job.Names;
import dev.millrace.gateway.usage.PipelineOperations;
import dev.millrace.standalone.client.ChangeMetadata;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.control.Cancellations;
import dev.millrace.standalone.control.Pauses;
import dev.millrace.standalone.control.PolicyUpdates;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/** Changes the pipeline as the commands {@code cancel}, {@code pause} and {@code policy} do. */
final class PipelineChanges implements PipelineOperations {
    private final MillraceConfig config;
    private final PipelineClient client;
    private final InstantSource clock;
    private final RandomGenerator random;

    PipelineChanges(MillraceConfig config, InstantSource clock, RandomGenerator random) {
        this.config = config;
        this.client = PipelineClient.of(config);
        this.clock = clock;
        this.random = random;
    }

    @Override
    public String apply(Operation operation, String by) throws RefusedException {
        if (operation instanceof Operation.CancelBatch(String tenant, String batch)) {
            requireNames(tenant, batch);
        }
        try {
            var metadata = new ChangeMetadata(time(operation), by + " (API)", Optional.empty());
            return switch (operation) {
                case Operation.CancelBatch(String tenant, String batch) ->
                        cancel(new ControlKey.CancelBatch(tenant, batch), metadata);
                case Operation.PauseModel(String model) -> pause(key(model), metadata);
                case Operation.ResumeModel(String model) -> resume(key(model), metadata);
                case Operation.RollBackPolicy(String policy, String version) ->
                        rollBack(policy, version, metadata);
            };
        } catch (UserError e) {
            throw new RefusedException(String.valueOf(e.getMessage()));
        }
    }

    private Instant time(Operation operation) {
        return operation instanceof Operation.CancelBatch ? client.brokerTime() : clock.instant();
    }

    private static void requireNames(String tenant, String batch) throws RefusedException {
        Optional<String> problem = Names.tenantProblem(tenant).or(() -> Names.batchProblem(batch));
        if (problem.isPresent()) {
            throw new RefusedException("the name " + problem.get());
        }
    }

    private ControlKey.PauseModel key(String model) {
        return new ControlKey.PauseModel(
                config.catalog()
                        .find(model)
                        .orElseThrow(
                                () -> UserError.usage("No model or alias has the name " + model))
                        .name());
    }

    private String cancel(ControlKey.CancelBatch key, ChangeMetadata metadata) {
        var _ = client.write(random, state -> Cancellations.cancel(state, key, false, metadata));
        return "cancelled batch %s of %s".formatted(key.batch(), key.tenant());
    }

    private String pause(ControlKey.PauseModel key, ChangeMetadata metadata) {
        var _ = client.write(random, state -> Pauses.pause(state, key, Optional.empty(), metadata));
        return "paused " + key.model();
    }

    private String resume(ControlKey.PauseModel key, ChangeMetadata metadata) {
        boolean wasPaused = client.write(random, state -> Pauses.resume(state, key, metadata.at()));
        return (wasPaused ? "resumed " : "was not paused: ") + key.model();
    }

    /**
     * Refuses to roll back a version that is no longer in force, because another operator replaced
     * it.
     */
    static void requireInForce(ControlState state, String policy, String version) {
        Optional<String> current = state.policy(policy).map(AppliedPolicy::label);
        if (current.isPresent() && !current.get().equals(version)) {
            throw UserError.usage(
                    "%s is not the version of %s in force; %s is"
                            .formatted(version, policy, current.get()));
        }
    }

    private String rollBack(String policy, String version, ChangeMetadata metadata) {
        var rollback =
                client.write(
                        random,
                        state -> {
                            requireInForce(state, policy, version);
                            return PolicyUpdates.rollback(
                                    state,
                                    policy,
                                    OptionalInt.empty(),
                                    config.policies(),
                                    metadata);
                        });
        return "%s has the rules of %s again, as %s"
                .formatted(policy, rollback.restored(), rollback.change().after());
    }
}
