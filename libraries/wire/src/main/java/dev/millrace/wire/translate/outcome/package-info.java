/** Inputs and outputs of a translation. Pure values. Depends on no other package of Millrace. */
@NullMarked
package dev.millrace.wire.translate.outcome;

import org.jspecify.annotations.NullMarked;
