package dev.millrace.worker.simulation;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.job.JobId;
import dev.millrace.worker.simulation.mutation.Mutation;
import dev.millrace.worker.simulation.time.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The workers of a history that joins them with other services, as their {@link Neighbors} see
 * them. The workers' own invariants hold, except on the order of jobs, which other services decide,
 * and on what jobs may cost and which models they may call, as routers pay for further attempts.
 */
public final class JointWorkers {
    public static final String TENANT = JobRecords.TENANT;

    /** Start of the history. */
    public static final Instant START = JobRecords.SUBMITTED;

    /** The output limit that the charge of a call assumes. */
    public static final int MAX_TOKENS = JobRecords.MAX_TOKENS;

    private static final Set<Invariant> WATCHED =
            EnumSet.complementOf(
                    EnumSet.of(
                            Invariant.LANES_BY_WEIGHT,
                            Invariant.OLDEST_FIRST,
                            Invariant.LIMITS_USED,
                            Invariant.BUDGET_KEPT,
                            Invariant.NO_MODEL_TWICE,
                            Invariant.SLOW_PROVIDERS_STAY_OPEN,
                            Invariant.MODELS_ISOLATED));

    private final World world;

    JointWorkers(World world) {
        this.world = world;
    }

    /**
     * The end of a history.
     *
     * @param violation null if every invariant held
     */
    public record Ended(@Nullable String violation, long digest, List<String> lines) {}

    /**
     * A call that the provider has received.
     *
     * @param micros the provider's charge in millionths of a dollar
     * @param isLost true if its process was lost, or was stopped too early, while it ran
     * @param isRetryable true if the worker may repeat it, as it has failed
     */
    public record Charge(JobId job, long micros, boolean isLost, boolean isRetryable) {}

    /**
     * Runs the history of a seed.
     *
     * @param mutation the fault that is planted in the workers; empty for no fault. Only the
     *     neighbors can find it.
     */
    public static Ended run(
            long seed, Optional<Mutation> mutation, Function<JointWorkers, Neighbors> neighbors) {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var history =
                    executor.submit(
                                    () ->
                                            World.runJoint(
                                                    seed,
                                                    mutation.orElse(new Mutation() {}),
                                                    mutation.isPresent()
                                                            ? EnumSet.noneOf(Invariant.class)
                                                            : WATCHED,
                                                    true,
                                                    neighbors))
                            .get();
            var violation = history.violation();
            return new Ended(
                    violation == null
                            ? null
                            : (violation.invariant() == null ? "" : violation.invariant() + ": ")
                                    + violation.description(),
                    history.digest(),
                    history.lines());
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the history of seed " + seed + " has failed", e);
        }
    }

    public Timeline timeline() {
        return world.timeline();
    }

    public SplittableRandom random() {
        return world.random();
    }

    public Duration chaos() {
        return world.scenario().chaos();
    }

    /** Returns true in a history without crashes and pauses. */
    public boolean isPlanned() {
        return world.scenario().isPlanned();
    }

    public Instant now() {
        return START.plusNanos(world.timeline().now());
    }

    /** Adds a line for the reader of a replay. */
    public void trace(Supplier<String> line) {
        world.eventLog().trace(line);
    }

    /** Ends the history, because an invariant of all services together is violated. */
    public void violated(String description) {
        world.checker().violated(new Checker.Violation(null, description));
    }

    /** Writes a job to the topic of its record. */
    public void route(ProducerRecord<byte[], byte[]> job) {
        trace(() -> "written to " + job.topic());
        world.jobs().route(job);
    }

    /** Writes a record of the control topic. */
    public void control(String key, byte @Nullable [] value) {
        world.control().add(key, value);
    }

    /** Returns the state of the control topic as it was a while ago. */
    public ControlState control(Duration ago) {
        return world.control().at(world.timeline().now() - ago.toNanos());
    }

    /** Returns the calls that the provider has received, by job in the order of sending. */
    public List<Charge> charges() {
        var charges = new ArrayList<Charge>();
        for (Task task : world.jobs().tasks()) {
            for (SentCall sent : task.sent) {
                charges.add(
                        new Charge(task.id, sent.billedMicros, sent.isExempt, sent.isRetryable));
            }
        }
        return charges;
    }
}
