package dev.millrace.contracts.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.producer.internals.TransactionManager;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class TransactionFailureTest {
    @Test
    void fencedProducerHasLostItsTransaction() {
        var fenced = new ProducerFencedException("another one");

        assertThat(TransactionFailure.isEndedByOthers(fenced)).isTrue();
        assertThat(TransactionFailure.isEndedByOthers(new KafkaException("state", fenced)))
                .isTrue();
    }

    @Test
    void unexpectedErrorOfACommitMayMeanThatTheTransactionIsBeingAborted() {
        var failure = unexpectedError("EndTxnHandler");

        assertThat(TransactionFailure.isEndedByOthers(failure)).isTrue();
        assertThat(TransactionFailure.isEndedByOthers(new KafkaException("commit", failure)))
                .isTrue();
    }

    @Test
    void otherFailuresSayNothingAboutTheTransaction() {
        assertThat(TransactionFailure.isEndedByOthers(new TimeoutException("no answer"))).isFalse();
        assertThat(TransactionFailure.isEndedByOthers(new KafkaException("no such topic")))
                .isFalse();
        assertThat(TransactionFailure.isEndedByOthers(unexpectedError("AddOffsetsToTxnHandler")))
                .isFalse();
    }

    /** Returns the exception of a client that does not expect the error of a response. */
    private static KafkaException unexpectedError(String handler) {
        var failure = new KafkaException("Unhandled error in response");
        var thrower = TransactionManager.class.getName() + "$" + handler;
        failure.setStackTrace(
                new StackTraceElement[] {
                    new StackTraceElement(thrower, "handleResponse", null, -1)
                });
        return failure;
    }
}
