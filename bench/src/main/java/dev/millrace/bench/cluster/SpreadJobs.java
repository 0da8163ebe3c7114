package dev.millrace.bench.cluster;

import dev.millrace.contracts.job.Lane;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Makes jobs that go to all partitions of all lanes in turn, in the order of their numbers. */
public record SpreadJobs(Pipeline pipeline) implements JobMaker {
    private static final List<Lane> LANES = List.of(Lane.values());

    @Override
    public ProducerRecord<byte[], byte[]> of(long number, Instant submittedAt) {
        return NumberedJob.of(
                pipeline.jobs(LANES.get(lane(number))), partition(number), number, submittedAt);
    }

    /** Returns how many lanes there are. */
    public int lanes() {
        return LANES.size();
    }

    /** Returns the lane of the job of that number, from 0. */
    public int lane(long number) {
        return (int) (number % LANES.size());
    }

    /** Returns the partition of the job of that number, from 0. */
    public int partition(long number) {
        return (int) (number / LANES.size() % pipeline.partitions());
    }
}
