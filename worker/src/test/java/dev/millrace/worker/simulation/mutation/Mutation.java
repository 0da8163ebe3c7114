package dev.millrace.worker.simulation.mutation;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.worker.job.JobTopic;
import dev.millrace.worker.ledger.LedgerLimits;
import dev.millrace.worker.ledger.OpenJob;
import dev.millrace.worker.ledger.PartitionLedger;
import dev.millrace.worker.ledger.Reading;
import dev.millrace.worker.ledger.TopicTag;
import dev.millrace.worker.loop.WorkerLoop.Ports;
import dev.millrace.worker.port.Control;
import dev.millrace.worker.port.JobSource;
import dev.millrace.worker.port.JobTopics;
import dev.millrace.worker.port.Providers;
import dev.millrace.worker.port.ResultLog;
import dev.millrace.worker.port.ResultLog.Commit;
import dev.millrace.worker.port.ResultLog.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Faults that are put between the loop and its ports on purpose: each makes of the engine what it
 * would be without one of its parts. The checker must catch them.
 */
public enum Mutation {
    /** The engine as it is. */
    NONE,

    /** Only the offset is read: what is finished above it is not known. */
    FORGET_LEDGER {
        @Override
        JobTopics topics(JobTopics real) {
            return new MutantTopics(real) {
                @Override
                OffsetAndMetadata read(OffsetAndMetadata committed) {
                    return new OffsetAndMetadata(committed.offset());
                }
            };
        }
    },

    /** What an earlier owner has counted and had running is not read. */
    COUNT_FROM_ONE_AGAIN {
        @Override
        JobTopics topics(JobTopics real) {
            return new MutantTopics(real) {
                @Override
                OffsetAndMetadata read(OffsetAndMetadata committed) {
                    return withoutAttempts(committed);
                }
            };
        }
    },

    /** What was committed when a process first had a partition counts whenever it has it again. */
    REMEMBER_COMMITTED {
        @Override
        JobTopics topics(JobTopics real) {
            return new MutantTopics(real) {
                private final Map<TopicPartition, CompletableFuture<JobTopics.Committed>> first =
                        new HashMap<>();

                @Override
                public CompletableFuture<JobTopics.Committed> committed(TopicPartition partition) {
                    return first.computeIfAbsent(partition, super::committed).copy();
                }
            };
        }
    },

    /** The tag of another topic is not seen. */
    IGNORE_TAG {
        @Override
        JobTopics topics(JobTopics real) {
            return new MutantTopics(real) {
                @Override
                public CompletableFuture<Committed> committed(TopicPartition partition) {
                    return real.committed(partition)
                            .thenApply(it -> new Committed(it.topicId(), retagged(it)));
                }
            };
        }
    },

    /** Nobody looks whether topics were created again. */
    NO_TOPIC_CHECK {
        @Override
        JobTopics topics(JobTopics real) {
            return new MutantTopics(real) {
                @Override
                public CompletableFuture<Map<String, Optional<String>>> ids(Set<String> topics) {
                    return CompletableFuture.completedFuture(Map.of());
                }
            };
        }
    },

    /** Partitions come, and for all that the loop is told never go. */
    NO_OWNERSHIP_CHECK {
        @Override
        JobSource source(JobSource real) {
            return new MutantSource(real) {
                @Override
                void onRevoked(Listener loop, Collection<TopicPartition> partitions) {}

                @Override
                void onLost(Listener loop, Collection<TopicPartition> partitions) {}
            };
        }
    },

    /** A revocation is told as a loss. */
    DRAIN_WITHOUT_COMMIT {
        @Override
        JobSource source(JobSource real) {
            return new MutantSource(real) {
                @Override
                void onRevoked(Listener loop, Collection<TopicPartition> partitions) {
                    loop.onLost(partitions);
                }
            };
        }
    },

    /** What announces calls and nothing else is not written. */
    SKIP_INTENTS {
        @Override
        ResultLog log(ResultLog real) {
            return new MutantLog(real) {
                @Override
                public Commit commit(Transaction it) {
                    return it.records().isEmpty() ? new Commit.Done() : super.commit(it);
                }
            };
        }
    },

    /** The offsets in one transaction, and then the results in another. */
    COMMIT_BEFORE_PRODUCE {
        @Override
        ResultLog log(ResultLog real) {
            return new MutantLog(real) {
                @Override
                public Commit commit(Transaction it) {
                    var offsets = new Transaction(List.of(), it.offsets(), it.group());
                    var records = new Transaction(it.records(), Map.of(), it.group());
                    Commit first = super.commit(offsets);
                    return first instanceof Commit.Done ? super.commit(records) : first;
                }
            };
        }
    },

    /** Every record of a transaction is written twice. */
    SETTLE_TWICE {
        @Override
        ResultLog log(ResultLog real) {
            return new MutantLog(real) {
                @Override
                public Commit commit(Transaction it) {
                    var twice = new ArrayList<>(it.records());
                    twice.addAll(it.records());
                    return super.commit(new Transaction(twice, it.offsets(), it.group()));
                }
            };
        }
    },

    /** A transaction of which nobody knows is taken for one that was not written. */
    TAKE_DOUBT_FOR_ABORTED {
        @Override
        ResultLog log(ResultLog real) {
            return new MutantLog(real) {
                @Override
                public Commit commit(Transaction it) {
                    Commit commit = super.commit(it);
                    return commit instanceof Commit.OutcomeUnknown && open().isEmpty()
                            ? new Commit.Aborted("taken for aborted")
                            : commit;
                }
            };
        }
    },

    /** A producer that is fenced by another process does not know it from any other failure. */
    HIDE_FENCING {
        @Override
        ResultLog log(ResultLog real) {
            return new MutantLog(real) {
                @Override
                public Commit commit(Transaction it) {
                    Commit commit = super.commit(it);
                    return commit instanceof Commit.OutcomeUnknown doubtful
                            ? new Commit.OutcomeUnknown(doubtful.reason(), false)
                            : commit;
                }
            };
        }
    },

    /** What is refused is written again as it is. */
    TAKE_REFUSAL_FOR_ABORTED {
        @Override
        ResultLog log(ResultLog real) {
            return new MutantLog(real) {
                @Override
                public Commit commit(Transaction it) {
                    Commit commit = super.commit(it);
                    return commit instanceof Commit.Rejected rejection && open().isEmpty()
                            ? new Commit.Aborted(rejection.reason())
                            : commit;
                }
            };
        }
    },

    /** A result that is too large is left out, and everything else is written. */
    LEAVE_REFUSED_OUT {
        @Override
        ResultLog log(ResultLog real) {
            return new MutantLog(real) {
                @Override
                public Commit commit(Transaction it) {
                    Commit commit = super.commit(it);
                    if (!(commit instanceof Commit.Rejected rejection)
                            || rejection.tooLarge().isEmpty()
                            || open().isPresent()) {
                        return commit;
                    }
                    var rest = new ArrayList<>(it.records());
                    rest.removeAll(rejection.tooLarge());
                    return super.commit(new Transaction(rest, it.offsets(), it.group()));
                }
            };
        }
    },

    /** What takes the place of a result that is too large says that nothing was paid. */
    FORGET_COST_OF_REFUSED {
        @Override
        ResultLog log(ResultLog real) {
            return new MutantLog(real) {
                @Override
                public Commit commit(Transaction it) {
                    var records =
                            it.records().stream().map(Mutation::withoutCostIfTooLarge).toList();
                    return super.commit(new Transaction(records, it.offsets(), it.group()));
                }
            };
        }
    },

    /** The producer throws what nobody expects. */
    FAIL_UNEXPECTEDLY {
        @Override
        ResultLog log(ResultLog real) {
            return new MutantLog(real) {
                @Override
                public Commit commit(Transaction it) {
                    throw new IllegalStateException("on purpose");
                }
            };
        }
    },

    /** A poll that fails ends the loop. */
    FAIL_WITH_A_POLL {
        @Override
        JobSource source(JobSource real) {
            return new MutantSource(real) {
                @Override
                void onFailed(Listener loop, String reason, boolean someTopicsOnly) {
                    throw new IllegalStateException(reason);
                }
            };
        }
    },

    /** A producer that cannot be opened yet ends the loop. */
    FAIL_WITH_AN_OPENING {
        @Override
        ResultLog log(ResultLog real) {
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

    /** Calls are never overdue, so one that does not report is waited for without end. */
    NO_WATCHDOG {
        @Override
        public Duration callTimeout(Duration real) {
            return Duration.ofDays(1_000);
        }
    },

    /** Calls are sent however long ago they were announced. */
    SEND_LATE {
        @Override
        Providers providers(Providers real) {
            return new MutantProviders(real) {
                @Override
                CallRequest changed(CallRequest it) {
                    long end = it.window().endByNanos();
                    return new CallRequest(
                            it.job(),
                            it.model(),
                            it.record(),
                            it.maxOutputTokens(),
                            it.key(),
                            new Window(end, end));
                }
            };
        }
    },

    /** The broker's limit of the metadata is not asked for. */
    TAKE_LIMIT_FOR_GRANTED {
        @Override
        JobTopics topics(JobTopics real) {
            return new MutantTopics(real) {
                @Override
                Limits told(Limits limits) {
                    return new Limits(Limits.DEFAULT.metadataChars(), limits.sessionTimeout());
                }
            };
        }
    },

    /** The record at the committed offset is deleted too. */
    DELETE_ONE_MORE {
        @Override
        JobTopics topics(JobTopics real) {
            return new MutantTopics(real) {
                @Override
                long deletedBelow(long offset) {
                    return offset + 1;
                }
            };
        }
    },

    /** The jobs of a model are all in one lane. */
    ONE_LANE {
        @Override
        Lane told(Lane lane) {
            return Lane.NORMAL;
        }
    },

    /** All records claim to have been written at one moment. */
    IGNORE_AGE {
        @Override
        JobSource source(JobSource real) {
            return new MutantSource(real) {
                @Override
                ConsumerRecord<byte[], byte[]> polled(ConsumerRecord<byte[], byte[]> it) {
                    return new ConsumerRecord<>(
                            it.topic(),
                            it.partition(),
                            it.offset(),
                            0,
                            it.timestampType(),
                            it.serializedKeySize(),
                            it.serializedValueSize(),
                            it.key(),
                            it.value(),
                            it.headers(),
                            it.leaderEpoch());
                }
            };
        }
    },

    /** Cancellations and pauses are told, and nobody listens. */
    IGNORE_ORDERS {
        @Override
        Control control(Control real) {
            return new MutantControl(real);
        }
    };

    private static final LedgerLimits WIDE = new LedgerLimits(1 << 20, 100);

    JobSource source(JobSource real) {
        return real;
    }

    ResultLog log(ResultLog real) {
        return real;
    }

    JobTopics topics(JobTopics real) {
        return real;
    }

    Providers providers(Providers real) {
        return real;
    }

    Control control(Control real) {
        return real;
    }

    Lane told(Lane lane) {
        return lane;
    }

    /** Whose jobs each topic holds, as the loop is told. */
    public Map<String, JobTopic> of(Map<String, JobTopic> real) {
        return real.entrySet().stream()
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey,
                                it ->
                                        new JobTopic(
                                                it.getValue().model(),
                                                told(it.getValue().lane()))));
    }

    /** Returns how long a call may take, as far as the loop knows. */
    public Duration callTimeout(Duration real) {
        return real;
    }

    /** The ports with the fault in between. */
    public Ports of(Ports real) {
        return new Ports(
                source(real.source()),
                log(real.log()),
                topics(real.topics()),
                providers(real.providers()),
                control(real.control()));
    }

    private static ProducerRecord<byte[], byte[]> withoutCostIfTooLarge(
            ProducerRecord<byte[], byte[]> record) {
        if (!record.topic().endsWith("costs")) {
            return record;
        }
        CostEvent event = CostEventCodec.read(record.value());
        JobEnd end = event.end();
        if (end == null || !ErrorCode.RESPONSE_TOO_LARGE.code().equals(end.errorCode())) {
            return record;
        }
        var free = CostEvent.withoutCall(event.jobId(), event.tenant(), event.batch());
        return new ProducerRecord<>(
                record.topic(), record.partition(), record.key(), CostEventCodec.toJson(free));
    }

    private static @Nullable OffsetAndMetadata retagged(JobTopics.Committed it) {
        OffsetAndMetadata committed = it.offset();
        return committed == null
                ? null
                : new OffsetAndMetadata(
                        committed.offset(),
                        TopicTag.of(it.topicId()) + committed.metadata().substring(TopicTag.CHARS));
    }

    private static OffsetAndMetadata withoutAttempts(OffsetAndMetadata committed) {
        var reading = PartitionLedger.read(committed.offset(), committed.metadata());
        if (!(reading instanceof Reading.Known known)) {
            throw new IllegalStateException("unreadable: " + committed);
        }
        var open = known.open().stream().map(it -> new OpenJob(it.offset(), 0, false)).toList();
        var forgotten = new Reading.Known(known.offset(), known.frontier(), open);
        String metadata = PartitionLedger.restored(forgotten, WIDE).snapshot().metadata();
        return new OffsetAndMetadata(committed.offset(), metadata);
    }
}
