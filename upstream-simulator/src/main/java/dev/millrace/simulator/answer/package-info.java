/**
 * What the simulated provider answers: a pure function of the request body, the same in every
 * process and at every time.
 *
 * <p>{@link dev.millrace.simulator.answer.Answers} is the way in, also for tests that want to know
 * the answer beforehand.
 */
@NullMarked
package dev.millrace.simulator.answer;

import org.jspecify.annotations.NullMarked;
