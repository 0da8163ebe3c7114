package dev.millrace.gateway.figures;

import dev.millrace.gateway.figures.RollupReader.Property;
import dev.millrace.store.database.Dialect;
import dev.millrace.store.rollup.RollupPeriod;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** A property by which costs are grouped. */
public enum CostDimension {
    TENANT,
    MODEL,
    PROVIDER,
    BATCH,
    /** The day on which the attempt ended, in UTC. */
    DAY,
    /** The hour in which the attempt ended, in UTC. */
    HOUR,
    /** Policy, rule and version that routed the job, such as {@code default/5@v7}. */
    RULE,
    /** The first model of the chain that routed the job, which identifies the arm of a ramp. */
    ARM;

    /** Returns true if these dimensions compare arms, whose errors and latencies count, too. */
    public static boolean compareArms(Collection<CostDimension> dimensions) {
        return dimensions.contains(RULE) || dimensions.contains(ARM);
    }

    /** Returns the name in parameters and answers. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the SQL expression for the value that this dimension has in a cost event. */
    String column(Dialect dialect) {
        return switch (this) {
            case TENANT, MODEL, PROVIDER, BATCH -> word();
            case DAY -> dialect.periodOf("recorded_at", RollupPeriod.DAY);
            case HOUR -> dialect.periodOf("recorded_at", RollupPeriod.HOUR);
            case RULE -> "routed_by";
            case ARM -> "routed_to";
        };
    }

    /** Returns the property of rollups; empty if rollups do not have it. */
    Optional<Property> property() {
        return switch (this) {
            case TENANT -> Optional.of(Property.TENANT);
            case MODEL -> Optional.of(Property.MODEL);
            case PROVIDER -> Optional.of(Property.PROVIDER);
            case BATCH -> Optional.empty();
            case DAY -> Optional.of(Property.DAY);
            case HOUR -> Optional.of(Property.HOUR);
            case RULE -> Optional.of(Property.ROUTED_BY);
            case ARM -> Optional.of(Property.ROUTED_TO);
        };
    }
}
