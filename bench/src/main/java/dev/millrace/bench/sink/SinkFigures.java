package dev.millrace.bench.sink;

import dev.millrace.bench.database.DatabaseKind;
import dev.millrace.bench.store.StoreContender;
import dev.millrace.bench.store.StoreRow;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * All figures of {@code bench sink}.
 *
 * @param rates a row for each database, size and contender; empty if they were not measured
 * @param apis latency of the usage API for each database
 * @param exports one export for each database
 * @param skipped databases that were not measured, with the reasons
 * @param problems missing and superfluous rows, wrong sums, and wrong answers of the API
 */
record SinkFigures(
        List<Rate> rates,
        List<ApiFigures> apis,
        List<ExportFigures> exports,
        Map<DatabaseKind, String> skipped,
        List<String> problems) {
    /** Target of the sink's rows per second relative to the bare upsert of the same bytes. */
    static final double TARGET = 0.7;

    /** Heap of the measured processes. */
    static final int HEAP_MIB = 256;

    /**
     * The rate of a contender.
     *
     * @param rounds figures of each round, at least one
     * @param stolen part of the processor time that the host gave to others meanwhile, 0 to 1
     */
    record Rate(
            DatabaseKind database,
            int resultBytes,
            StoreContender contender,
            List<StoreRow> rounds,
            OptionalDouble stolen) {
        Rate {
            rounds = List.copyOf(rounds);
        }

        /** Returns the median of all rounds. */
        double rowsPerSecond() {
            return median(rounds.stream().mapToDouble(StoreRow::rowsPerSecond).toArray());
        }

        /** Returns the median of all rounds. */
        double cpuMicros() {
            return median(rounds.stream().mapToDouble(StoreRow::cpuMicros).toArray());
        }

        /** Returns the largest of all rounds. */
        long liveHeapMib() {
            return rounds.stream().mapToLong(StoreRow::liveHeapMib).max().orElseThrow();
        }

        /** Returns the largest of all rounds. */
        long residentMib() {
            return rounds.stream().mapToLong(StoreRow::residentMib).max().orElseThrow();
        }

        private boolean isBesides(Rate other) {
            return database == other.database && resultBytes == other.resultBytes;
        }

        private static double median(double[] values) {
            Arrays.sort(values);
            int middle = values.length / 2;
            return values.length % 2 == 1
                    ? values[middle]
                    : (values[middle - 1] + values[middle]) / 2;
        }
    }

    SinkFigures {
        rates = List.copyOf(rates);
        apis = List.copyOf(apis);
        exports = List.copyOf(exports);
        skipped = Map.copyOf(skipped);
        problems = List.copyOf(problems);
    }

    /** Returns the sink's rows per second relative to a bare upsert; empty for the sink itself. */
    Optional<Double> sinkRelativeTo(Rate bare) {
        return rates.stream()
                .filter(it -> it.contender() == StoreContender.SINK && it.isBesides(bare))
                .filter(it -> bare.contender() != StoreContender.SINK)
                .map(it -> it.rowsPerSecond() / bare.rowsPerSecond())
                .findFirst();
    }

    /** Returns true when every row was stored once, with its cost, and every answer was right. */
    boolean isGood() {
        return problems.isEmpty();
    }
}
