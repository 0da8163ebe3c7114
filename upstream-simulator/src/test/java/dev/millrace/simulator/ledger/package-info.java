/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.simulator.ledger;

import org.jspecify.annotations.NullMarked;
