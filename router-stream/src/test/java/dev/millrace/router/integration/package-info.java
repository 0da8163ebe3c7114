/** The router with the producer on the embedded broker. */
@NullMarked
package dev.millrace.router.integration;

import org.jspecify.annotations.NullMarked;
