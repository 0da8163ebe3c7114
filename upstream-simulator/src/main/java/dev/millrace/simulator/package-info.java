/** A provider that can be throttled, slow, broken, and keeps a billing ledger. */
@NullMarked
package dev.millrace.simulator;

import org.jspecify.annotations.NullMarked;
