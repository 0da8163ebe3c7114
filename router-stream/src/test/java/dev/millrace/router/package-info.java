/** Tests of the router as a service. */
@NullMarked
package dev.millrace.router;

import org.jspecify.annotations.NullMarked;
