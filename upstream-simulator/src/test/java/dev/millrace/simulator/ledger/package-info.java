/** Unit tests of this package. */
@NullMarked
package dev.millrace.simulator.ledger;

import org.jspecify.annotations.NullMarked;
