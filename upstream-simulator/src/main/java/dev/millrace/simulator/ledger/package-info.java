/**
 * What the simulated provider would put on the bill: every call, compactly, with totals that are
 * kept up to date.
 *
 * <p>Written by the threads that answer calls, read by anyone; one short lock guards it.
 */
@NullMarked
package dev.millrace.simulator.ledger;

import org.jspecify.annotations.NullMarked;
