package dev.millrace.gateway.batch;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.tenant.TenantTotals;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Writes cancellations of batches to the control topic, and removes all expired cancellations that
 * gateways have written. Thread-safe.
 */
public final class ControlCancellations implements BatchCancellations {
    /** The issuer in the control topic of the commands that gateways write for their clients. */
    private static final String BY = "gateway";

    /** Cancellations of all tenants that are in force; about, see {@link #COUNT_EVERY}. */
    private static final int MAX = 100_000;

    private static final Duration COUNT_EVERY = Duration.ofSeconds(1);
    private static final Duration RETRY_AFTER = Duration.ofMinutes(1);

    private final Consumer<List<ControlRecord>> control;
    private final Supplier<ControlState> state;
    private final InstantSource clock;
    private final int max;

    /** Guarded by this object: the cancellations in force of each tenant, as counted last. */
    private Map<String, Long> counted = Map.of();

    /** Guarded by this object. */
    private Instant countedAt = Instant.EPOCH;

    /**
     * @param control writes records to the control topic
     * @param state supplies the state of control
     */
    public ControlCancellations(
            Consumer<List<ControlRecord>> control,
            Supplier<ControlState> state,
            InstantSource clock) {
        this(control, state, clock, MAX);
    }

    ControlCancellations(
            Consumer<List<ControlRecord>> control,
            Supplier<ControlState> state,
            InstantSource clock,
            int max) {
        this.control = control;
        this.state = state;
        this.clock = clock;
        this.max = max;
    }

    @Override
    public void cancel(String tenant, String batch, Instant at, Instant expires) {
        var key = new ControlKey.CancelBatch(tenant, batch);
        Optional<OperatorCommand> present =
                Optional.ofNullable(state.get().cancellations().get(key));
        // An operator may also have cancelled the running calls, which stays in force.
        Optional<Instant> runningAt = present.flatMap(OperatorCommand::runningAt);
        var command = new OperatorCommand(at, BY, runningAt, Optional.of(expires));
        // Every service reads each record, so a batch that is cancelled repeatedly gets only one.
        if (present.filter(command::equals).isEmpty()) {
            control.accept(List.of(command.record(key)));
        }
    }

    /** A tenant gets half of the room that other tenants leave. */
    @Override
    public void requireRoom(String tenant) {
        Map<String, Long> inForce = counted();
        long ofTenant = inForce.getOrDefault(tenant, 0L);
        long all = inForce.values().stream().mapToLong(it -> it).sum();
        if (ofTenant >= TenantTotals.mostOfTenant(max, all - ofTenant)) {
            throw ApiError.of(
                            ErrorKind.RATE_LIMITED,
                            "too_many_cancellations",
                            "the tenant has cancelled %,d batches whose completion_window has not"
                                            .formatted(ofTenant)
                                    + " ended; it can cancel more when one has")
                    .retryAfter(RETRY_AFTER);
        }
    }

    /** Counts about once a second, since every cancellation changes the state. */
    private synchronized Map<String, Long> counted() {
        Instant now = clock.instant();
        if (!now.isBefore(countedAt.plus(COUNT_EVERY)) || now.isBefore(countedAt)) {
            countedAt = now;
            counted =
                    state.get().cancellations().entrySet().stream()
                            .filter(it -> it.getKey() instanceof ControlKey.CancelBatch)
                            .filter(it -> it.getValue().by().equals(BY))
                            .collect(
                                    Collectors.groupingBy(
                                            it -> ((ControlKey.CancelBatch) it.getKey()).tenant(),
                                            Collectors.counting()));
        }
        return counted;
    }

    /**
     * Removes the expired cancellations that gateways have written, of batches and jobs.
     *
     * @throws org.apache.kafka.common.KafkaException if they could not be removed
     */
    public void removeExpired() {
        Instant now = clock.instant();
        var expired = new ArrayList<ControlRecord>();
        state.get()
                .cancellations()
                .forEach(
                        (key, command) -> {
                            if (command.by().equals(BY) && command.isExpired(now)) {
                                expired.add(ControlRecord.removal(key));
                            }
                        });
        control.accept(expired);
    }
}
