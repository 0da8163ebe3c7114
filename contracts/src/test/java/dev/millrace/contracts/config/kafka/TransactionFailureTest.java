package dev.millrace.contracts.config.kafka;

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
    void errorThatTheClientDoesNotExpectMayMeanThatTheTransactionIsBeingAborted() {
        var failure = new KafkaException("Unhandled error in EndTxnResponse");
        var handler = TransactionManager.class.getName() + "$EndTxnHandler";
        failure.setStackTrace(
                new StackTraceElement[] {
                    new StackTraceElement(handler, "handleResponse", null, -1)
                });

        assertThat(TransactionFailure.isEndedByOthers(failure)).isTrue();
    }

    @Test
    void otherFailuresSayNothingAboutTheTransaction() {
        assertThat(TransactionFailure.isEndedByOthers(new TimeoutException("no answer"))).isFalse();
        assertThat(TransactionFailure.isEndedByOthers(new KafkaException("no such topic")))
                .isFalse();
    }
}
