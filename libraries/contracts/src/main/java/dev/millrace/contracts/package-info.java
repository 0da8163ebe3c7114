/**
 * What all services share beside what travels, which the library {@code messages} has in other
 * packages of this name. Every package holds values and pure functions, unless its page names a
 * thread.
 *
 * <ul>
 *   <li>{@code policy} rules that select models
 *   <li>{@code catalog} models and prices
 *   <li>{@code usage} token counts in answers and what they mean
 *   <li>{@code budget} limits and states of budgets
 *   <li>{@code waiting} why jobs wait
 *   <li>{@code trace} what services report for traces
 *   <li>{@code control} records of the control topic
 *   <li>{@code chunk} tokens forwarded during a call
 *   <li>{@code webhook} events and their signatures
 *   <li>{@code service} what starts and stops
 *   <li>{@code file} private files
 * </ul>
 */
@NullMarked
package dev.millrace.contracts;

import org.jspecify.annotations.NullMarked;
