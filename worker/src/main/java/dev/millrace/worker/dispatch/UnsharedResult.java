package dev.millrace.worker.dispatch;

import dev.millrace.contracts.result.JobEnding;
import dev.millrace.worker.commit.PendingWrite;
import dev.millrace.worker.commit.PendingWrite.Substitute;
import dev.millrace.worker.outcome.OutputRecords;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Replaces the records of an ended job with a cache key if they are too large for a topic. First
 * keeps the result, but shares the answer with no other job. If the result is too large too, an
 * error replaces the provider's answer.
 */
record UnsharedResult(List<ProducerRecord<byte[], byte[]>> unshared, Substitute next)
        implements PendingWrite.Substitute {

    /**
     * Returns the substitute for the records of an ended job.
     *
     * @param ended the records of the job, with its shared answer
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
