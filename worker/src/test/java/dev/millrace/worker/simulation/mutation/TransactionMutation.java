package dev.millrace.worker.simulation.mutation;

import dev.millrace.worker.port.ResultLog;
import dev.millrace.worker.port.ResultLog.Commit;
import dev.millrace.worker.port.ResultLog.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Faults of the transactions, which write results, hand-overs and offsets. */
public enum TransactionMutation implements Mutation {
    /** Does not write transactions without records, which only announce calls. */
    SKIP_INTENTS {
        @Override
        Commit commit(ResultLog log, Transaction it) {
            return it.records().isEmpty() ? new Commit.Done() : log.commit(it);
        }
    },

    /** Starts calls under standing intents that are not committed. */
    SKIP_STANDING_INTENTS(MutantRecords::withoutStandingIntents),

    /** Lets standing intents stand for records with any timestamp. */
    STAND_FOR_EVER(MutantRecords::withEndlessStandingIntents),

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

    /** Hands jobs over in a separate transaction, before the transaction that ends them. */
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

    /** Hands jobs over to the lane {@code express} of the next model. */
    HAND_OVER_TO_EXPRESS(MutantHandOvers::toExpress),

    /** Hands jobs over without their attempts. */
    FORGET_EARLIER_ATTEMPTS(MutantHandOvers::withoutAttempts),

    /** Writes a final cost event when a job is handed over. */
    END_AT_HAND_OVER(MutantHandOvers::withFinalCosts),

    /** Ends jobs without an answer if they have no result. */
    OMIT_ANSWERS_WITHOUT_RESULT(MutantRecords::withoutAnswersOfDeadLetters),

    /** Writes the answer of a job that is handed over. */
    ANSWER_AT_HAND_OVER(MutantHandOvers::withAnswers),

    /** Hands jobs over without their cache key. */
    FORGET_CACHE_KEY(MutantHandOvers::withoutCacheKey),

    /** Hands parts over without their parent, so that they end like jobs of requests. */
    FORGET_PARENT(MutantHandOvers::withoutParent),

    /** Ends parts without a report to their parents. */
    OMIT_PART_REPORTS(MutantRecords::withoutPartReports),

    /** Hands jobs over without their spent amounts. */
    FORGET_SPENDING(MutantHandOvers::withoutSpending),

    /** Throws an unexpected exception from each commit. */
    THROW_FROM_COMMIT {
        @Override
        Commit commit(ResultLog log, Transaction it) {
            throw new IllegalStateException("deliberate");
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
    };

    @SuppressWarnings("ImmutableEnumChecker") // A pure function.
    private final UnaryOperator<Transaction> change;

    TransactionMutation() {
        this(it -> it);
    }

    /**
     * @param change falsifies each transaction
     */
    TransactionMutation(UnaryOperator<Transaction> change) {
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
                return TransactionMutation.this.commit(real, it);
            }
        };
    }
}
