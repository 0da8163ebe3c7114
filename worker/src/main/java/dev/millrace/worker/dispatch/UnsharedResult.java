package dev.millrace.worker.dispatch;

import dev.millrace.contracts.result.JobEnding;
import dev.millrace.worker.commit.PendingWrite;
import dev.millrace.worker.commit.PendingWrite.Substitute;
import dev.millrace.worker.outcome.OutputRecords;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Ends a job with a cache key whose records are too large for a topic. First keeps the result and
 * shares the answer with no other job. If the result is too large too, an error replaces the
 * provider's answer.
 */
record UnsharedResult(List<ProducerRecord<byte[], byte[]>> unshared, Substitute next)
        implements PendingWrite.Substitute {

    /**
     * Returns the substitute for the records of an ended job.
     *
     * @param ended the ending with these records
     */
    static Substitute of(
            JobEnding.Settled ending,
            List<ProducerRecord<byte[], byte[]>> ended,
            OutputRecords outputs) {
        Substitute withoutAnswer = outputs.withoutAnswer(ending)::apply;
        return ending.job().receivers().cacheKey() == null
                ? withoutAnswer
                : new UnsharedResult(outputs.unshared(ended), withoutAnswer);
    }

    @Override
    public List<ProducerRecord<byte[], byte[]>> records(String reason) {
        return unshared;
    }
}
