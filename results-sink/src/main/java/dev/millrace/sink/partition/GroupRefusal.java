package dev.millrace.sink.partition;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.GroupMaxSizeReachedException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.InvalidGroupIdException;
import org.apache.kafka.common.errors.UnsupportedAssignorException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Recognizes refusals after which Kafka's client does not try to join its group again. */
public final class GroupRefusal {
    private GroupRefusal() {}

    /**
     * Returns true if the consumer is of no more use. The client reports such a refusal once, and
     * later polls would return no records without any error.
     */
    public static boolean isFinal(KafkaException e) {
        return e instanceof GroupAuthorizationException
                || e instanceof GroupMaxSizeReachedException
                || e instanceof InconsistentGroupProtocolException
                || e instanceof InvalidGroupIdException
                || e instanceof UnsupportedAssignorException
                || e instanceof UnsupportedVersionException;
    }
}
