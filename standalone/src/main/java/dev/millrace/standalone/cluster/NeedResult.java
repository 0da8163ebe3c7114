package dev.millrace.standalone.cluster;

import java.util.Locale;

/**
 * Whether a cluster offers what a pipeline needs.
 *
 * @param detail what was found, without a full stop
 */
record NeedResult(ClusterNeed need, State state, String detail) {
    enum State {
        OK,
        /** Services work, but worse. */
        LIMITED,
        /** Some services do not work. */
        MISSING,
        /** The cluster did not tell, did not answer in time, or does not allow the trial. */
        UNKNOWN;

        boolean isUsable() {
            return this == OK || this == LIMITED;
        }
    }

    /** Returns true if a pipeline cannot be used, or nothing could be tried. */
    boolean isFailure() {
        return state == State.MISSING || (need == ClusterNeed.TOPICS && !state.isUsable());
    }

    /** Returns the result as a line for the user. */
    String line() {
        String found =
                "%-8s %s: %s"
                        .formatted(state.name().toLowerCase(Locale.ROOT), need.words(), detail);
        return state == State.OK ? found : found + ". " + need.explanation();
    }
}
