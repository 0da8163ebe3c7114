/**
 * The answers of the simulated provider: a pure function of the request body, independent of
 * process and time.
 *
 * <p>{@link dev.millrace.simulator.answer.AnswerGenerator} is the entry point, also for tests that
 * compute the expected answer.
 */
@NullMarked
package dev.millrace.simulator.answer;

import org.jspecify.annotations.NullMarked;
