package dev.millrace.bench.cluster;

import dev.millrace.contracts.job.Lane;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Creates jobs that are assigned to all partitions of all lanes in turn. */
public record RoundRobinJobs(BenchPipeline pipeline) implements JobFactory {
    private static final List<Lane> LANES = List.of(Lane.NORMAL, Lane.BULK);

    @Override
    public ProducerRecord<byte[], byte[]> of(long number, Instant submittedAt) {
        return NumberedJob.of(
                pipeline.jobs(LANES.get(lane(number))),
                partition(number),
                BenchPipeline.MODEL,
                number,
                submittedAt);
    }

    /** Returns the number of lanes. */
    public int lanes() {
        return LANES.size();
    }

    /** Returns the lane of a job, from 0. */
    public int lane(long number) {
        return (int) (number % LANES.size());
    }

    /** Returns the partition of a job, from 0. */
    public int partition(long number) {
        return (int) (number / LANES.size() % pipeline.partitions());
    }
}
