package dev.millrace.router.hold;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.trace.Traces;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.waiting.OldestWaitingJob;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The collaborators of held jobs.
 *
 * @param control supplies the state of control; a changed state is another object
 * @param missing finds out why jobs cannot be written for a model; empty if they can
 * @param inService moves a job to the first model that it may call and that is in service
 * @param modelCheck finds out why the models of a job can no longer be called; empty if they can
 * @param hours decides which jobs wait for a cheaper hour
 * @param oldest keeps the time of the oldest waiting job of each partition
 * @param traces learns for what jobs have waited
 * @param errors ends records on which a decision fails
 */
public record HoldServices(
        Supplier<ControlState> control,
        Function<String, Optional<String>> missing,
        UnaryOperator<PlannedJob> inService,
        Function<JobHeaders, Optional<Rejection>> modelCheck,
        CheaperHours hours,
        OldestWaitingJob oldest,
        Traces traces,
        InstantSource clock,
        InternalErrors errors) {
    /** Name of the step for metrics and messages. */
    public static final String STEP = "await-topic";
}
