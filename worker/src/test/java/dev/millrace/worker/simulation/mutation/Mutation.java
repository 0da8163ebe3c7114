package dev.millrace.worker.simulation.mutation;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Lane;
import dev.millrace.worker.fallback.FallbackModels;
import dev.millrace.worker.job.JobTopic;
import dev.millrace.worker.port.Control;
import dev.millrace.worker.port.JobSource;
import dev.millrace.worker.port.JobTopics;
import dev.millrace.worker.port.Providers;
import dev.millrace.worker.port.ResultLog;
import dev.millrace.worker.port.ResultLog.Commit;
import dev.millrace.worker.port.ResultLog.Transaction;
import dev.millrace.worker.quota.PermitSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Deliberate faults between the loop and its ports. Each makes the loop behave as if one of its
 * parts were missing. The checker must catch each fault.
 */
public enum Mutation implements MutantPorts {
    /** No fault. */
    NONE,

    /** Reads only the committed offset, not the finished jobs above it. */
    FORGET_LEDGER {
        @Override
        public JobTopics topics(JobTopics real) {
            return MutantTopics.reading(real, it -> new OffsetAndMetadata(it.offset()));
        }
    },

    /** Ignores the attempts that an earlier owner has counted or left running. */
    FORGET_ATTEMPTS {
        @Override
        public JobTopics topics(JobTopics real) {
            return MutantTopics.reading(real, MutantRecords::withoutAttempts);
        }
    },

    /** Reuses the committed offset of a process's first assignment for all later assignments. */
    CACHE_COMMITTED_OFFSETS {
        @Override
        public JobTopics topics(JobTopics real) {
            return new MutantTopics(real) {
                private final Map<TopicPartition, CompletableFuture<JobTopics.Committed>> first =
                        new HashMap<>();

                @Override
                CompletableFuture<JobTopics.Committed> committed(TopicPartition partition) {
                    return first.computeIfAbsent(partition, super::committed).copy();
                }
            };
        }
    },

    /** Hides that an offset was committed for a deleted topic. */
    IGNORE_TOPIC_TAG {
        @Override
        public JobTopics topics(JobTopics real) {
            return new MutantTopics(real) {
                @Override
                CompletableFuture<Committed> committed(TopicPartition partition) {
                    return reallyCommitted(partition)
                            .thenApply(
                                    it -> new Committed(it.topicId(), MutantRecords.retagged(it)));
                }
            };
        }
    },

    /** Never checks whether topics were recreated. */
    NO_TOPIC_CHECK {
        @Override
        public JobTopics topics(JobTopics real) {
            return new MutantTopics(real) {
                @Override
                public CompletableFuture<Map<String, Optional<String>>> ids(Set<String> topics) {
                    return CompletableFuture.completedFuture(Map.of());
                }
            };
        }
    },

    /** Hides revoked and lost partitions from the loop. */
    HIDE_REVOCATIONS {
        @Override
        public JobSource source(JobSource real) {
            return new MutantSource(real) {
                @Override
                void onRevoked(Listener loop, Collection<TopicPartition> partitions) {}

                @Override
                void onLost(Listener loop, Collection<TopicPartition> partitions) {}
            };
        }
    },

    /** Reports a revocation as a loss, so that the loop cannot drain. */
    REPORT_REVOCATION_AS_LOSS {
        @Override
        public JobSource source(JobSource real) {
            return new MutantSource(real) {
                @Override
                void onRevoked(Listener loop, Collection<TopicPartition> partitions) {
                    loop.onLost(partitions);
                }
            };
        }
    },

    /** Does not write transactions without records, which only announce calls. */
    SKIP_INTENTS {
        @Override
        Commit commit(ResultLog log, Transaction it) {
            return it.records().isEmpty() ? new Commit.Done() : log.commit(it);
        }
    },

    /** Commits the offsets before the results, in a separate transaction. */
    COMMIT_OFFSETS_FIRST {
        @Override
        Commit commit(ResultLog log, Transaction it) {
            var offsets = new Transaction(List.of(), it.offsets(), it.group());
            var records = new Transaction(it.records(), Map.of(), it.group());
            Commit first = log.commit(offsets);
            return first instanceof Commit.Done ? log.commit(records) : first;
        }
    },

    /** Writes every record of a transaction twice. */
    WRITE_TWICE(MutantRecords::twice),

    /** Treats a transaction with an unknown outcome as aborted. */
    TREAT_UNKNOWN_AS_ABORTED {
        @Override
        Commit commit(ResultLog log, Transaction it) {
            Commit commit = log.commit(it);
            return commit instanceof Commit.OutcomeUnknown && log.open().isEmpty()
                    ? new Commit.Aborted("treated as aborted")
                    : commit;
        }
    },

    /** Reports fencing by another process as an ordinary unknown outcome. */
    HIDE_FENCING {
        @Override
        Commit commit(ResultLog log, Transaction it) {
            Commit commit = log.commit(it);
            return commit instanceof Commit.OutcomeUnknown unknown
                    ? new Commit.OutcomeUnknown(unknown.reason(), false)
                    : commit;
        }
    },

    /** Treats a rejected transaction as aborted, so that it is retried unchanged. */
    TREAT_REJECTED_AS_ABORTED {
        @Override
        Commit commit(ResultLog log, Transaction it) {
            Commit commit = log.commit(it);
            return commit instanceof Commit.Rejected rejection && log.open().isEmpty()
                    ? new Commit.Aborted(rejection.reason())
                    : commit;
        }
    },

    /** Drops a result that is too large, and writes the rest of the transaction. */
    OMIT_REJECTED_RESULTS {
        @Override
        Commit commit(ResultLog log, Transaction it) {
            Commit commit = log.commit(it);
            if (!(commit instanceof Commit.Rejected rejection)
                    || rejection.refused().isEmpty()
                    || log.open().isPresent()) {
                return commit;
            }
            var rest = new ArrayList<>(it.records());
            rest.removeAll(rejection.refused());
            return log.commit(new Transaction(rest, it.offsets(), it.group()));
        }
    },

    /** Omits the cost from the error that replaces a result which is too large. */
    OMIT_COST_OF_REJECTED(MutantRecords::withoutCostOfTooLarge),

    /** Hands jobs over in a transaction of its own, before the one that ends them. */
    HAND_OVER_FIRST {
        @Override
        Commit commit(ResultLog log, Transaction it) {
            Transaction first = MutantHandOvers.only(it);
            Commit commit = first.records().isEmpty() ? new Commit.Done() : log.commit(first);
            return commit instanceof Commit.Done ? log.commit(MutantHandOvers.without(it)) : commit;
        }
    },

    /** Ends jobs without the record for the next model. */
    OMIT_HAND_OVERS(MutantHandOvers::without),

    /** Hands jobs over without the next position in their chain. */
    KEEP_POSITION(MutantHandOvers::atFormerPosition),

    /** Hands jobs over without their attempts. */
    FORGET_EARLIER_ATTEMPTS(MutantHandOvers::withoutAttempts),

    /** Writes a final cost event when a job is handed over. */
    END_AT_HAND_OVER(MutantHandOvers::withFinalCosts),

    /** Throws an unexpected exception from each commit. */
    THROW_FROM_COMMIT {
        @Override
        Commit commit(ResultLog log, Transaction it) {
            throw new IllegalStateException("deliberate");
        }
    },

    /** Ends the loop when a poll fails. */
    FAIL_ON_POLL_ERROR {
        @Override
        public JobSource source(JobSource real) {
            return MutantSource.failing(real);
        }
    },

    /** Ends the loop when the producer cannot be opened yet. */
    FAIL_ON_OPEN_ERROR {
        @Override
        public ResultLog log(ResultLog real) {
            return new MutantLog(real) {
                @Override
                public Optional<String> open() {
                    var refusal = super.open();
                    refusal.ifPresent(
                            it -> {
                                throw new IllegalStateException(it);
                            });
                    return refusal;
                }
            };
        }
    },

    /** Waits endlessly for a call whose report is lost, because no call is ever overdue. */
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

    /** Lets jobs wait for their first model, whatever their chain is. */
    NO_FALLBACK {
        @Override
        public FallbackModels fallbacks(FallbackModels real) {
            return new FallbackModels(Map.of());
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

    /** Counts calls and tokens in windows that follow each other, each of which may be full. */
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

    /** Assumes the default limit for metadata instead of the broker's limit. */
    ASSUME_DEFAULT_METADATA_LIMIT {
        @Override
        public JobTopics topics(JobTopics real) {
            return new MutantTopics(real) {
                @Override
                Limits reported(Limits limits) {
                    return new Limits(Limits.DEFAULT.metadataChars(), limits.sessionTimeout());
                }
            };
        }
    },

    /** Deletes the record at the committed offset too. */
    DELETE_ONE_TOO_MANY {
        @Override
        public JobTopics topics(JobTopics real) {
            return new MutantTopics(real) {
                @Override
                long deletedBelow(long offset) {
                    return offset + 1;
                }
            };
        }
    },

    /** Puts all jobs of a model into one lane. */
    ONE_LANE {
        @Override
        public JobTopic topic(JobTopic real) {
            return new JobTopic(real.model(), Lane.NORMAL);
        }
    },

    /** Treats the jobs of all models as jobs of one model. */
    ONE_MODEL {
        @Override
        public JobTopic topic(JobTopic real) {
            return new JobTopic("m0", real.lane());
        }
    },

    /** Gives all records the same timestamp. */
    IGNORE_TIMESTAMPS {
        @Override
        public JobSource source(JobSource real) {
            return MutantSource.withoutTimestamps(real);
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

    /** Hides cancellations and pauses from the loop. */
    IGNORE_CONTROL {
        @Override
        public Control control(Control real) {
            return new MutantControl(real);
        }
    };

    @SuppressWarnings("ImmutableEnumChecker") // A pure function.
    private final UnaryOperator<Transaction> change;

    Mutation() {
        this(it -> it);
    }

    /**
     * @param change falsifies each transaction
     */
    Mutation(UnaryOperator<Transaction> change) {
        this.change = change;
    }

    /** Commits a transaction, with the fault. */
    Commit commit(ResultLog log, Transaction it) {
        return log.commit(change.apply(it));
    }

    @Override
    public ResultLog log(ResultLog real) {
        return new MutantLog(real) {
            @Override
            public Commit commit(Transaction it) {
                return Mutation.this.commit(real, it);
            }
        };
    }
}
