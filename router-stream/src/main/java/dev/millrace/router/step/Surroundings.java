package dev.millrace.router.step;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.router.canary.CanaryTopology;
import dev.millrace.router.canary.inflight.Canaries;
import dev.millrace.router.edge.TopicLimits;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.flow.Backlog;
import dev.millrace.router.plan.Planner;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;

/**
 * What the steps ask and tell, shared by all stream threads.
 *
 * @param control what control says now
 * @param watch what guards and ramps go by
 * @param guarded which arms have a guard
 * @param backlog how many records wait
 * @param costsTopic asks for the topic id of the costs topic, and may block
 * @param lostBefore an unfinished job that came before that time is lost, in milliseconds since the
 *     epoch
 * @param errors what becomes of records on which a step fails
 */
public record Surroundings(
        Planner planner,
        TopicLimits limits,
        Supplier<ControlState> control,
        CanaryTopology watch,
        Canaries guarded,
        Backlog backlog,
        Supplier<Uuid> costsTopic,
        LongSupplier lostBefore,
        InstantSource clock,
        RouterMeters meters,
        InternalErrors errors) {}
