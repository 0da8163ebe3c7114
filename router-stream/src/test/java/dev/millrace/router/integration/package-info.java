/** Tests of the router with the producer and the embedded broker. */
@NullMarked
package dev.millrace.router.integration;

import org.jspecify.annotations.NullMarked;
