package dev.millrace.worker.simulation.mutation;

import dev.millrace.configuration.WorkerConfig.LaneWeights;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.job.Lane;
import dev.millrace.worker.job.JobTopic;
import dev.millrace.worker.port.Control;
import dev.millrace.worker.port.JobSource;
import java.util.Collection;
import org.apache.kafka.common.TopicPartition;

/** Faults of the assignment of partitions, and of the jobs and commands that the loop sees. */
public enum JobMutation implements Mutation {
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

    /** Ends the loop when a poll fails. */
    FAIL_ON_POLL_ERROR {
        @Override
        public JobSource source(JobSource real) {
            return MutantSource.failing(real);
        }
    },

    /** Puts all jobs of a model into one lane. */
    ONE_LANE {
        @Override
        public JobTopic topic(JobTopic real) {
            return new JobTopic(real.model(), Lane.NORMAL);
        }
    },

    /** Gives the lanes of a model turns without weights. */
    EQUAL_WEIGHTS {
        @Override
        public LaneWeights weights(LaneWeights real) {
            return new LaneWeights(1, 1, 1, 1, 1);
        }
    },

    /** Treats the jobs of all models as jobs of one model. */
    ONE_MODEL {
        @Override
        public JobTopic topic(JobTopic real) {
            return new JobTopic("m0", real.lane());
        }
    },

    /** Gives all records one timestamp. */
    IGNORE_TIMESTAMPS {
        @Override
        public JobSource source(JobSource real) {
            return MutantSource.withoutTimestamps(real);
        }
    },

    /** Believes the prices of the router's catalog. */
    BELIEVE_PLANNED_PRICES {
        @Override
        public JobSource source(JobSource real) {
            return MutantSource.withoutTokens(real);
        }
    },

    /** Buys all jobs at the lowest price. */
    BUY_ALL_LOWEST {
        @Override
        public JobSource source(JobSource real) {
            return MutantSource.withHeaders(
                    real, it -> MillraceHeaders.put(it, MillraceHeaders.BUY, Buy.LOWEST.word()));
        }
    },

    /** Forgets the deadlines of jobs. */
    FORGET_DEADLINES {
        @Override
        public JobSource source(JobSource real) {
            return MutantSource.withHeaders(real, it -> it.remove(MillraceHeaders.DEADLINE));
        }
    },

    /** Hides cancellations and pauses from the loop. */
    IGNORE_CONTROL {
        @Override
        public Control control(Control real) {
            return new MutantControl(real);
        }
    };
}
