package dev.millrace.contracts.kafka;

import org.apache.kafka.clients.producer.internals.TransactionManager;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;

/** Recognises failures of a transactional producer after which a new producer may try again. */
public final class TransactionFailure {
    /** The private class of the client that handles the response to a commit or an abort. */
    private static final String END_HANDLER = TransactionManager.class.getName() + "$EndTxnHandler";

    private TransactionFailure() {}

    /**
     * Returns true if the failure, or one of its causes, shows that this producer has lost its
     * transaction. Either another producer has taken its transactional id, or the broker has
     * aborted the transaction after its timeout. If the response to a commit was lost, the
     * transaction is possibly committed.
     */
    public static boolean isEndedByOthers(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProducerFencedException
                    || cause instanceof InvalidProducerEpochException
                    // If the broker gets the commit between its abort and the first transaction of
                    // the other producer.
                    || cause instanceof InvalidTxnStateException
                    || isUnexpectedEnd(cause)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns true if the broker answered a commit with an error that the client does not expect. A
     * broker fails with an internal error if a commit arrives while it begins to abort the
     * transaction: {@code TransactionCoordinator.endTransaction} of Kafka 4.3.1 prepares the commit
     * although the abort is pending. The client has no exception type for this error.
     */
    private static boolean isUnexpectedEnd(Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        return failure.getClass() == KafkaException.class
                && failure.getCause() == null
                && trace.length > 0
                && trace[0].getClassName().equals(END_HANDLER);
    }
}
