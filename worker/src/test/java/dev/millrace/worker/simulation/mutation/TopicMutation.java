package dev.millrace.worker.simulation.mutation;

import dev.millrace.worker.port.JobTopics;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Faults of the ledger, of the committed offsets and of the topics themselves. */
public enum TopicMutation implements Mutation {
    /** Reads only the committed offset, not the finished jobs above it. */
    FORGET_LEDGER {
        @Override
        public JobTopics topics(JobTopics real) {
            return MutantTopics.reading(real, it -> new OffsetAndMetadata(it.offset()));
        }
    },

    /** Ignores attempts that an earlier owner has counted or left running. */
    FORGET_ATTEMPTS {
        @Override
        public JobTopics topics(JobTopics real) {
            return MutantTopics.reading(real, MutantRecords::withoutAttempts);
        }
    },

    /** Ignores the standing intents of an earlier owner. */
    FORGET_STANDING_INTENTS {
        @Override
        public JobTopics topics(JobTopics real) {
            return MutantTopics.reading(real, MutantRecords::withoutStandingIntents);
        }
    },

    /** Counts each attempt of an earlier owner as billed, and each standing intent as used. */
    FORGET_FREE_ATTEMPTS {
        @Override
        public JobTopics topics(JobTopics real) {
            return MutantTopics.reading(real, MutantRecords::withoutFreeAttempts);
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
    };
}
