/**
 * The simulated provider's billing ledger: every call in a compact form, with running totals.
 *
 * <p>Threads that answer calls write the ledger, and any thread may read it. One lock, held
 * briefly, guards it.
 */
@NullMarked
package dev.millrace.simulator.calllog;

import org.jspecify.annotations.NullMarked;
