/**
 * Faults that are put between a loop and its ports on purpose, so that it is shown that the checker
 * catches them. Knows the ports and the ledger, and nothing of the simulation.
 */
@NullMarked
package dev.millrace.worker.simulation.mutation;

import org.jspecify.annotations.NullMarked;
