package dev.millrace.bench.store;

import dev.millrace.bench.process.PeakMemory;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.sink.database.Database;
import dev.millrace.sink.row.StoredValue;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that upserts the rows of a backlog in transactions of 1,000 rows, and prints the
 * figures. Only transactions count: the rows of each are generated and compressed before it begins.
 */
public final class UpsertProgram {
    /** Jobs of a transaction, each with two rows. */
    private static final int JOBS = 500;

    private UpsertProgram() {}

    /**
     * Measures.
     *
     * @param args arguments from {@link StoreTrial#arguments}
     */
    public static void main(String[] args) throws Exception {
        StoreTrial trial = StoreTrial.parse(List.of(args));
        FinishedJobs jobs = trial.finishedJobs();
        Database database = Database.of(trial.jdbcUrl());
        database.migrate();
        var time = new TransactionTime();
        var meter = new RowMeter(trial.rows(), time::nanos, time::cpuNanos);
        try (Connection connection = database.dialect().openWriter();
                var upserts = new BareUpserts(connection, database.dialect())) {
            for (int first = 0; first < trial.jobs(); first += JOBS) {
                var rows = new ArrayList<BareUpserts.Job>(JOBS);
                for (int i = first; i < Math.min(first + JOBS, trial.jobs()); i++) {
                    rows.add(job(jobs, i, trial.contender()));
                }
                time.begin();
                database.dialect().begin(connection);
                upserts.write(rows);
                database.dialect().commit(connection);
                time.end();
                meter.add(2 * rows.size());
            }
        }
        long resident = PeakMemory.residentMib(ProcessHandle.current().pid());
        System.out.println(StoreRow.of(meter, resident).line());
        System.exit(0);
    }

    private static BareUpserts.Job job(FinishedJobs jobs, long number, StoreContender contender) {
        byte[] result = jobs.result(number);
        var value =
                contender == StoreContender.UPSERT
                        ? StoredValue.of(result)
                        : new StoredValue(result, null);
        return new BareUpserts.Job(
                ResultView.read(result), value, jobs.cost(number), Instant.now());
    }

    /** The time spent in transactions. */
    private static final class TransactionTime {
        private long nanos;
        private long cpuNanos;

        void begin() {
            nanos -= System.nanoTime();
            cpuNanos -= ProcessCpu.nanos();
        }

        void end() {
            nanos += System.nanoTime();
            cpuNanos += ProcessCpu.nanos();
        }

        long nanos() {
            return nanos;
        }

        long cpuNanos() {
            return cpuNanos;
        }
    }
}
