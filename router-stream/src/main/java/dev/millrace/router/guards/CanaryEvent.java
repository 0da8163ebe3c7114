package dev.millrace.router.guards;

/** Change of a guard or ramp that is published to the control topic. */
sealed interface CanaryEvent {
    /** Returns the rule whose guard or ramp changed. */
    CanaryRule rule();

    /**
     * A guard tripped, so its arm gets no more jobs.
     *
     * @param model the arm's name in the catalog
     */
    record GuardTripped(CanaryRule rule, String model, long atMillis, Breach.Report report)
            implements CanaryEvent {}

    /** A step of a ramp started or restarted. */
    record RampMoved(CanaryRule rule, RampProgress progress) implements CanaryEvent {}
}
