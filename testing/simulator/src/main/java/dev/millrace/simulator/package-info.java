/** A simulated provider that can be throttled, slow or broken, and that keeps a billing ledger. */
@NullMarked
package dev.millrace.simulator;

import org.jspecify.annotations.NullMarked;
