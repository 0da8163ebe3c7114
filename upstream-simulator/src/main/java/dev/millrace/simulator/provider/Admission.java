package dev.millrace.simulator.provider;

import dev.millrace.simulator.wire.header.LimitState;
import java.time.Duration;
import java.util.List;

/** The decision of a model's limits on one call, with the state of the limits after it. */
sealed interface Admission {
    /** Returns the state of each limit: at most four entries, none for a model without limits. */
    List<LimitState> states();

    /** The call is within all limits and counts against them. */
    record Granted(List<LimitState> states) implements Admission {}

    /**
     * A limit is exhausted. The call does not count against any limit.
     *
     * @param subject the limit's name as the error message gives it
     * @param delay time until the call would be granted
     */
    record Refused(String subject, Duration delay, List<LimitState> states) implements Admission {}
}
