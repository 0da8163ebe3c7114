package dev.millrace.standalone.forecast;

import dev.millrace.standalone.forecast.LineForecast.Routed;
import java.time.Instant;

/** Finds out when the jobs of files can end, without a report. Used by one thread. */
final class AdmissionReport implements ForecastReport {
    private final EarlierResults earlier;
    private final EarliestEnd end = new EarliestEnd();

    /**
     * @param earlier jobs of earlier runs, which are not called again
     */
    AdmissionReport(EarlierResults earlier) {
        this.earlier = earlier;
    }

    @Override
    public void add(LineLocation line, LineForecast forecast) {
        if (forecast instanceof Routed job && line.jobId() != null) {
            end.add(job);
            earlier.add(line.jobId(), job.guess());
        }
    }

    @Override
    public boolean end() {
        return true;
    }

    /** Returns the earliest end if all jobs start now. */
    Instant earliestEnd(Instant now) {
        return end.of(now, model -> earlier.of(model).results(), false);
    }
}
