/** Tests of the monitoring of guards and ramps. */
@NullMarked
package dev.millrace.router.canary;

import org.jspecify.annotations.NullMarked;
