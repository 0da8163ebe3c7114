/** Tests of traffic splits. */
@NullMarked
package dev.millrace.router.canary.split;

import org.jspecify.annotations.NullMarked;
