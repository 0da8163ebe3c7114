package dev.millrace.router.documents;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.waiting.OldestWaitingJob;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The dependencies of a {@link SplitTask}.
 *
 * @param control supplies the state of control; a changed state is another object
 * @param models finds a model of the catalog by its name
 * @param additions adds what features add to the headers of a part
 * @param refusal returns why the models of a job cannot be called any more; empty if they can
 * @param lostBefore supplies the time before which unfinished jobs are lost, in milliseconds since
 *     the epoch
 * @param oldest keeps the time of the oldest split job of each partition
 * @param metrics counts documents and parts
 * @param errors ends jobs on which a decision fails
 */
public record SplitServices(
        Supplier<ControlState> control,
        Function<String, Optional<Model>> models,
        PartJobs.PartAdditions additions,
        Function<JobHeaders, Optional<Rejection>> refusal,
        LongSupplier lostBefore,
        OldestWaitingJob oldest,
        SplitMetrics metrics,
        InstantSource clock,
        InternalErrors errors) {
    /** Name of the step for metrics and messages. */
    public static final String STEP = "split";
}
