/** Tests of the steps, each in the whole topology without a broker. */
@NullMarked
package dev.millrace.router.step;

import org.jspecify.annotations.NullMarked;
