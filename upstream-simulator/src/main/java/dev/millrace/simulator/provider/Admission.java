package dev.millrace.simulator.provider;

import dev.millrace.simulator.wire.LimitState;
import java.time.Duration;
import java.util.List;

/** Whether the limits of a model let a call in, and how they stand afterwards. */
sealed interface Admission {
    /** How each limit stands, in no more than four entries; none for a model without limits. */
    List<LimitState> states();

    /** The call is within all limits and has been counted. */
    record Granted(List<LimitState> states) implements Admission {}

    /**
     * A limit is used up; the call has not been counted.
     *
     * @param subject which limit, in the words of the error message
     * @param delay until the call would be let in
     */
    record Refused(String subject, Duration delay, List<LimitState> states) implements Admission {}
}
