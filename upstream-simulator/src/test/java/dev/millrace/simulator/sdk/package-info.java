/** Tests of the simulator with the official SDKs for Node.js. */
@NullMarked
package dev.millrace.simulator.sdk;

import org.jspecify.annotations.NullMarked;
