/** The gateway of a running pipeline, called with the official SDKs. */
@NullMarked
package dev.millrace.standalone.e2e.gateway;

import org.jspecify.annotations.NullMarked;
