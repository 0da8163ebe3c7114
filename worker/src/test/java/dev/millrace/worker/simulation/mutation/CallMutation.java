package dev.millrace.worker.simulation.mutation;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.worker.adaptive.UnforgivingLimit;
import dev.millrace.worker.breaker.Breakers;
import dev.millrace.worker.breaker.MutantBreakers;
import dev.millrace.worker.fallback.FallbackModels;
import dev.millrace.worker.job.Prompts;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers;
import dev.millrace.worker.prompt.SimulatedPrompts;
import dev.millrace.worker.quota.LimitSearch;
import dev.millrace.worker.quota.PermitSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Faults of the calls, and of what limits or replaces them. */
public enum CallMutation implements Mutation {
    /** Waits endlessly for a call with a lost report, because no call is ever overdue. */
    NO_WATCHDOG {
        @Override
        public Duration callTimeout(Duration real) {
            return Duration.ofDays(1_000);
        }
    },

    /** Sends calls however long ago they were announced. */
    IGNORE_SEND_WINDOW {
        @Override
        public Providers providers(Providers real) {
            return MutantProviders.withoutSendWindow(real);
        }
    },

    /** Never aborts a running call. */
    KEEP_RUNNING_CALLS {
        @Override
        public Providers providers(Providers real) {
            return new MutantProviders(real) {
                @Override
                public Call start(CallRequest request, Consumer<CallReport> receiver) {
                    var _ = super.start(request, receiver);
                    return () -> {};
                }
            };
        }
    },

    /** Lets jobs wait for their first model, whatever their chain is. */
    NO_FALLBACK {
        @Override
        public FallbackModels fallbacks(FallbackModels real) {
            return new FallbackModels(Map.of());
        }
    },

    /**
     * Reports no single waiting job, such as one that waits for its next attempt, but only whole
     * queues.
     */
    HIDE_WAITING_RETRIES {
        @Override
        public List<Waiting> waits(List<Waiting> real) {
            return real.stream().filter(it -> it.jobs() == 0).toList();
        }
    },

    /** Treats a call that may have been billed as unbilled. */
    UNCERTAIN_IS_FREE {
        @Override
        public Providers providers(Providers real) {
            return MutantProviders.withoutUncertainty(real);
        }
    },

    /** Charges the catalog's price, whatever the provider says that it charges. */
    IGNORE_STATED_COST {
        @Override
        public Providers providers(Providers real) {
            return MutantProviders.withoutStatedCost(real);
        }
    },

    /** Treats a refused key, account or model name as an error of the job, which ends it. */
    REFUSAL_ENDS_JOB {
        @Override
        public Providers providers(Providers real) {
            return MutantProviders.refusingWith(ErrorCode.VALIDATION_ERROR, real);
        }
    },

    /** Treats a refused key, account or model name as a failure, which uses up an attempt. */
    REFUSAL_IS_ATTEMPT {
        @Override
        public Providers providers(Providers real) {
            return MutantProviders.refusingWith(ErrorCode.SERVER_ERROR, real);
        }
    },

    /** Counts calls and tokens in consecutive windows, each of which can be full. */
    FIXED_WINDOWS {
        @Override
        public PermitSource permits(PermitSource real) {
            return MutantPermits.ofFixedWindows(real);
        }
    },

    /** Never corrects the estimated tokens of a call. */
    KEEP_ESTIMATES {
        @Override
        public PermitSource permits(PermitSource real) {
            return MutantPermits.ofEstimates(real);
        }
    },

    /** Never returns the permit of a call that has ended. */
    LEAK_PERMITS {
        @Override
        public PermitSource permits(PermitSource real) {
            return MutantPermits.leaking(real);
        }
    },

    /** Keeps a found limit, however idle the model is and however many calls succeed. */
    KEEP_FOUND_LIMITS {
        @Override
        public LimitSearch.Factory searches(LimitSearch.Factory real) {
            return UnforgivingLimit::create;
        }
    },

    /** Lets jobs wait for a call that writes their prompt, although it has failed. */
    FORGET_DEAD_LEADERS {
        @Override
        public Prompts prompts(Set<String> models) {
            return SimulatedPrompts.forgettingDeadLeaders(models);
        }
    },

    /** Judges failed calls by the reports before theirs, so that quick failures look alone. */
    JUDGE_BY_REPORTS {
        @Override
        public Breakers breakers(
                WorkerConfig.Breaker settings, LoopClock clock, Providers providers) {
            return MutantBreakers.judgingByReports(settings, clock, providers::keyCount);
        }
    },

    /** Counts each call in flight as not failed, however young it is. */
    EXCUSE_BY_YOUNG_CALLS {
        @Override
        public Breakers breakers(
                WorkerConfig.Breaker settings, LoopClock clock, Providers providers) {
            return MutantBreakers.excusedByYoungCalls(settings, clock, providers::keyCount);
        }
    };
}
