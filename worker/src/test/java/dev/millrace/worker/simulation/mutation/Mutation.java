package dev.millrace.worker.simulation.mutation;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.configuration.WorkerConfig.LaneWeights;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.worker.breaker.BreakerReporter;
import dev.millrace.worker.breaker.Breakers;
import dev.millrace.worker.fallback.FallbackModels;
import dev.millrace.worker.job.JobTopic;
import dev.millrace.worker.job.Prompts;
import dev.millrace.worker.loop.WorkerLoop.Ports;
import dev.millrace.worker.port.Control;
import dev.millrace.worker.port.JobSource;
import dev.millrace.worker.port.JobTopics;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers;
import dev.millrace.worker.port.ResultLog;
import dev.millrace.worker.prompt.SimulatedPrompts;
import dev.millrace.worker.quota.LimitSearch;
import dev.millrace.worker.quota.PermitSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A deliberate fault between the loop and its ports, some of which the fault replaces. It makes the
 * loop behave as if one of its parts were missing. The checker must catch each fault.
 */
public interface Mutation {
    default JobSource source(JobSource real) {
        return real;
    }

    default ResultLog log(ResultLog real) {
        return real;
    }

    default JobTopics topics(JobTopics real) {
        return real;
    }

    default Providers providers(Providers real) {
        return real;
    }

    default Control control(Control real) {
        return real;
    }

    default PermitSource permits(PermitSource real) {
        return real;
    }

    default JobTopic topic(JobTopic real) {
        return real;
    }

    /** Returns the model and lane of each topic, as seen by the loop. */
    default Map<String, JobTopic> of(Map<String, JobTopic> real) {
        return real.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, it -> topic(it.getValue())));
    }

    /** Returns the models that jobs fall back to, as seen by the loop. */
    default FallbackModels fallbacks(FallbackModels real) {
        return real;
    }

    /** Creates the breakers of a loop. */
    default Breakers breakers(WorkerConfig.Breaker settings, LoopClock clock, Providers providers) {
        return new Breakers(
                settings,
                clock,
                providers::keyCount,
                new BreakerReporter(new SimpleMeterRegistry()));
    }

    /** Returns the shared prompts of models whose provider caches prompts. */
    default Prompts prompts(Set<String> models) {
        return Stream.<Prompts>of(SimulatedPrompts.of(models)).findFirst().orElse(Prompts.NONE);
    }

    /** Returns what searches limits that nobody configured. */
    default LimitSearch.Factory searches(LimitSearch.Factory real) {
        return real;
    }

    /** Returns why jobs wait, as the loop reports it. */
    default List<Waiting> waits(List<Waiting> real) {
        return real;
    }

    /** Returns the timeout of a call, as seen by the loop. */
    default Duration callTimeout(Duration real) {
        return real;
    }

    /** Returns the weights of the lanes, as seen by the loop. */
    default LaneWeights weights(LaneWeights real) {
        return real;
    }

    /** Wraps the ports with the fault. */
    default Ports of(Ports real) {
        return new Ports(
                source(real.source()),
                log(real.log()),
                topics(real.topics()),
                providers(real.providers()),
                control(real.control()),
                permits(real.permits()));
    }
}
