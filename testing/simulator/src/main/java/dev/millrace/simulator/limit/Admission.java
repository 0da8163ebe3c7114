package dev.millrace.simulator.limit;

import dev.millrace.simulator.wire.LimitState;
import java.time.Duration;
import java.util.List;

/** The decision of all limits on one call, with the state of the limits after it. */
public sealed interface Admission {
    /**
     * Returns the states that headers report, one for each kind of limit: the one with the least
     * remaining. A limit per second has no header.
     */
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

    /**
     * The call is larger than a limit and is never granted.
     *
     * @param subject the limit's name as the error message gives it
     * @param limit the limit
     * @param requested the amount that the call needs
     */
    record TooLarge(String subject, long limit, long requested, List<LimitState> states)
            implements Admission {}
}
