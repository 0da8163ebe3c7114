/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.worker.ledger;

import org.jspecify.annotations.NullMarked;
