/** The router with the producer on the embedded broker. */
@NullMarked
package dev.millrace.standalone.router;

import org.jspecify.annotations.NullMarked;
