/**
 * A simulated provider that can be throttled, slow or broken, and that keeps a billing ledger.
 *
 * <ul>
 *   <li>{@code http} the server: routes, connections, execution of plans
 *   <li>{@code provider} decides how to react to a call
 *   <li>{@code answer} the answer, a pure function of the request
 *   <li>{@code wire} ids, errors and headers of each API
 *   <li>{@code limit} rate limits
 *   <li>{@code calllog} the ledger
 *   <li>{@code traffic} statistics of calls
 *   <li>{@code settings} what a user can set
 * </ul>
 */
@NullMarked
package dev.millrace.simulator;

import org.jspecify.annotations.NullMarked;
