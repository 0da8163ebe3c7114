/**
 * A feature: finds limits of a provider that nobody configured. {@code AdaptiveLimit} is the
 * controller of one model, and the only class used from outside. It controls one number, the
 * <em>level</em>: the calls in flight, or their rate.
 *
 * <table>
 * <caption>The classes, in reading order</caption>
 * <tr><td>{@code AdaptiveLimit}</td><td>which decision follows from the refused calls</td></tr>
 * <tr><th colspan="2">bounds of the calls</th></tr>
 * <tr><td>{@code CallLimiter}</td><td>one of the next two</td></tr>
 * <tr><td>{@code InFlightWindow}</td><td>limits the calls in flight; the start</td></tr>
 * <tr><td>{@code CallPace}</td><td>limits the rate</td></tr>
 * <tr><td>{@code ProbedLevel}</td><td>the level of either, and how it grows</td></tr>
 * <tr><th colspan="2">evidence from refused calls</th></tr>
 * <tr><td>{@code CallHistory}</td><td>started and refused calls of the last minute</td></tr>
 * <tr><td>{@code CallSample}</td><td>calls of a period, and their weight as evidence</td></tr>
 * <tr><td>{@code UnavoidableShare}</td><td>share of calls that is refused at any level</td></tr>
 * <tr><td>{@code RefusalEvidence}</td><td>whether more calls are refused than that share</td></tr>
 * <tr><th colspan="2">decisions</th></tr>
 * <tr><td>{@code LevelDecrease}</td><td>a lower level</td></tr>
 * <tr><td>{@code Exhaustion}</td><td>a pause, while most calls are refused</td></tr>
 * <tr><td>{@code LoweringTrials}</td><td>a trial: does a lower level avoid refusals?</td></tr>
 * <tr><td>{@code LoweredTrial}</td><td>one such trial, and its result</td></tr>
 * <tr><td>{@code ModeComparison}</td><td>a trial: calls in flight, or a rate?</td></tr>
 * </table>
 *
 * <p>{@code docs/decisions/021-found-limits.md} has the reasons and the statistics. Evidence is in
 * nats: the logarithm of the likelihood ratio between "the level causes refusals" and "it does
 * not".
 *
 * <p>Pure state on the loop's thread, with the time as an argument. Depends on {@code quota}, whose
 * {@code LimitSearch} it implements.
 */
@NullMarked
package dev.millrace.worker.adaptive;

import org.jspecify.annotations.NullMarked;
