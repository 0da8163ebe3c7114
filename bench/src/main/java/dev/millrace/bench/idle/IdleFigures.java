package dev.millrace.bench.idle;

import java.time.Duration;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;

/** The resources that the idle pipeline and the bare programs used. */
record IdleFigures(IdleUsage pipeline, IdleUsage baseline) {
    /**
     * The resources that an idle process used.
     *
     * @param percent CPU time in percent of one core
     * @param residentMib peak resident memory
     */
    record IdleUsage(double percent, long residentMib) {
        private static final double PERCENT = 100.0;

        static IdleUsage of(Duration cpu, Duration time, long residentMib) {
            return new IdleUsage(PERCENT * cpu.toNanos() / time.toNanos(), residentMib);
        }
    }

    /** Returns a table for people. */
    String text() {
        return String.format(
                Locale.ROOT,
                """
                idle pipeline             %5.2f %% of a core, %,d MiB resident
                bare broker with Streams  %5.2f %% of a core, %,d MiB resident
                """,
                pipeline.percent(),
                pipeline.residentMib(),
                baseline.percent(),
                baseline.residentMib());
    }

    /** Returns one JSON object. */
    String json() {
        return new JsonMapper()
                .createObjectNode()
                .put("percent_of_core", pipeline.percent())
                .put("resident_mib", pipeline.residentMib())
                .put("bare_percent_of_core", baseline.percent())
                .put("bare_resident_mib", baseline.residentMib())
                .toString();
    }
}
