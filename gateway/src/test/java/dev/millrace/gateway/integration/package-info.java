/** Tests of the gateway's parts on an embedded broker. */
@NullMarked
package dev.millrace.gateway.integration;

import org.jspecify.annotations.NullMarked;
