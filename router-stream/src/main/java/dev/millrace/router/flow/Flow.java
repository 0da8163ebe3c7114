package dev.millrace.router.flow;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.result.CostEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What flows from step to step; the record's key and headers stay as they came. */
public sealed interface Flow {

    /**
     * Whose a record is.
     *
     * @param line number of the line in its file, from 1; null when not from a file
     * @param metadata a JSON object to be echoed in the result; null for none
     */
    record Owner(
            JobId jobId,
            String customId,
            String tenant,
            String batch,
            @Nullable Long line,
            @Nullable String metadata) {}

    /**
     * Where a request stood in its topic. It travels with the request, since behind a repartition
     * the record that is being processed stands somewhere else.
     *
     * @param partition from 0
     */
    record Origin(String topic, int partition, long offset) {}

    /** Whether a record that says whose it is can be worked on. */
    sealed interface Content {}

    /** It can. */
    record Workable(RequestLine request) implements Content {}

    /** It cannot. */
    record Unusable(Fault fault) implements Content {}

    /**
     * A record that says whose it is.
     *
     * @param bytes the record's value as it came
     */
    record Claim(Owner owner, Origin origin, Instant submittedAt, byte[] bytes, Content content)
            implements Flow {

        /** Returns the end of this record as a dead letter. */
        public Burial buried(ErrorCode reason, String message) {
            return Burial.of(owner, origin, bytes, reason, message);
        }

        /** Returns the end of this job as an error result. */
        public Refusal refused(Fault fault) {
            return new Refusal(owner, origin, bytes, fault);
        }
    }

    /**
     * Why a job ends without a call.
     *
     * @param message for a person, in one sentence
     * @param param the key of the request that it is about; null for none
     */
    record Fault(ErrorCode error, String message, @Nullable String param) {
        public Fault {
            message = Text.clip(message);
        }

        /** Returns a fault of Millrace itself. */
        public static Fault internal(String message) {
            return new Fault(ErrorCode.INTERNAL_ERROR, message, null);
        }
    }

    /** What counts for the lane of a job. */
    sealed interface Counted extends Flow {}

    /** A job for the topic of its model. */
    record Job(Owner owner, Origin origin, JobHeaders headers, String topic, byte[] bytes)
            implements Counted {

        /** Returns this job for another topic. */
        public Job onTopic(String other) {
            return new Job(owner, origin, headers, other, bytes);
        }

        /** Returns the end of this job as an error result. */
        public Refusal refused(Fault fault) {
            return new Refusal(owner, origin, bytes, fault);
        }
    }

    /**
     * A job that was unfinished has ended.
     *
     * @param event its final cost event
     */
    record End(CostEvent event) implements Counted {}

    /**
     * A job that ends as an error result.
     *
     * @param bytes the record's value as it came
     */
    record Refusal(Owner owner, Origin origin, byte[] bytes, Fault fault) implements Flow {

        /** Returns the end of this job as a dead letter. */
        public Burial buried(ErrorCode reason, String message) {
            return Burial.of(owner, origin, bytes, reason, message);
        }
    }

    /**
     * A record that ends as a dead letter.
     *
     * @param message for a person, in one sentence
     * @param bytes the record's value as it came; null when it had none
     * @param tenant null when unknown, like what follows
     */
    record Burial(
            ErrorCode reason,
            String message,
            Origin origin,
            byte @Nullable [] bytes,
            @Nullable String tenant,
            @Nullable String batch,
            @Nullable Long line,
            @Nullable JobId jobId)
            implements Flow {
        public Burial {
            message = Text.clip(message);
        }

        private static Burial of(
                Owner owner, Origin origin, byte[] bytes, ErrorCode reason, String message) {
            return new Burial(
                    reason,
                    message,
                    origin,
                    bytes,
                    owner.tenant(),
                    owner.batch(),
                    owner.line(),
                    owner.jobId());
        }
    }
}
