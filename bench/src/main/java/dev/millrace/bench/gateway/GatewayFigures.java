package dev.millrace.bench.gateway;

import dev.millrace.bench.figures.LatencyPercentiles;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All figures of {@code bench gateway}.
 *
 * @param latency times of answers
 * @param throughput answers of a saturated gateway
 * @param stream times to the first token
 * @param upload empty if not measured
 * @param idle empty if not measured
 */
record GatewayFigures(
        List<Comparison> latency,
        List<LoopFigures> throughput,
        List<Comparison> stream,
        Optional<Upload> upload,
        Optional<Idle> idle) {
    /**
     * Direct calls and calls through the gateway, with the same number in flight.
     *
     * @param stages stages of the calls through the gateway, warm-up included
     */
    record Comparison(
            BenchModel model, LoopFigures direct, LoopFigures gateway, StageTimes stages) {
        /** Returns what the gateway adds to each percentile, in milliseconds. */
        LatencyPercentiles added() {
            LatencyPercentiles with = gateway.millis();
            LatencyPercentiles without = direct.millis();
            return new LatencyPercentiles(
                    with.p50() - without.p50(),
                    with.p95() - without.p95(),
                    with.p99() - without.p99());
        }

        /** Returns the mean time after the call, until the client has the whole answer. */
        double afterCall() {
            return gateway.mean() - stages.queued().mean() - stages.calls().mean();
        }
    }

    /**
     * A chunked upload.
     *
     * @param bytes size of the file
     * @param seconds time until the answer
     * @param heapBeforeMib live heap of the pipeline's process
     * @param heapMiddleMib live heap after half of the bytes
     * @param heapAfterMib live heap after the answer
     * @param isComplete true if the answer has the right number of bytes
     */
    record Upload(
            long bytes,
            double seconds,
            long heapBeforeMib,
            long heapMiddleMib,
            long heapAfterMib,
            boolean isComplete) {}

    /**
     * Idle connections.
     *
     * @param connections connections that were opened
     * @param closed connections that the gateway closed before the end of the measurement
     * @param heapBeforeMib live heap of the pipeline's process without them
     * @param heapWithMib live heap with them
     * @param without answers without them
     * @param beside answers beside them
     */
    record Idle(
            int connections,
            int closed,
            long heapBeforeMib,
            long heapWithMib,
            LoopFigures without,
            LoopFigures beside) {}

    GatewayFigures {
        latency = List.copyOf(latency);
        throughput = List.copyOf(throughput);
        stream = List.copyOf(stream);
    }

    /** Returns the number of failed calls. */
    long failures() {
        Stream<LoopFigures> compared =
                Stream.concat(latency.stream(), stream.stream())
                        .flatMap(it -> Stream.of(it.direct(), it.gateway()));
        Stream<LoopFigures> others =
                Stream.concat(
                        throughput.stream(),
                        idle.stream().flatMap(it -> Stream.of(it.without(), it.beside())));
        return Stream.concat(compared, others).mapToLong(LoopFigures::failures).sum();
    }

    /** Returns true when every call was answered and nothing was lost. */
    boolean isGood() {
        return failures() == 0
                && upload.stream().allMatch(Upload::isComplete)
                && idle.stream().allMatch(it -> it.closed() == 0);
    }
}
