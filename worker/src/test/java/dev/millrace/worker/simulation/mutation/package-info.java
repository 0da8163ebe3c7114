/**
 * Deliberate faults, injected between a loop and its ports to prove that the checker catches them.
 * Depends on the ports and the ledger, not on the simulation.
 */
@NullMarked
package dev.millrace.worker.simulation.mutation;

import org.jspecify.annotations.NullMarked;
