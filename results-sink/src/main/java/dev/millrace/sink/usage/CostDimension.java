package dev.millrace.sink.usage;

import dev.millrace.sink.database.Dialect;
import java.util.Locale;

/** A property by which costs are grouped. */
public enum CostDimension {
    TENANT,
    MODEL,
    PROVIDER,
    BATCH,
    /** The day on which the attempt ended, in UTC. */
    DAY,
    /** The first model of the chain that routed the job, which identifies the arm of a ramp. */
    ARM;

    /** The arm is known at the end of a job, so other attempts take it from their job's end. */
    private static final String ARM_OF_JOB =
            "(SELECT ends.routed_to FROM costs AS ends WHERE ends.job_id = costs.job_id"
                    + " AND ends.is_final ORDER BY ends.recorded_at DESC LIMIT 1)";

    /** Returns the name in parameters and answers. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    String column(Dialect dialect) {
        return switch (this) {
            case TENANT, MODEL, PROVIDER, BATCH -> word();
            case DAY -> dialect.dayOf("recorded_at");
            case ARM -> ARM_OF_JOB;
        };
    }
}
