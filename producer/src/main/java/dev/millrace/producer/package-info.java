/** Reads batch files and publishes their lines to the request topic. */
@NullMarked
package dev.millrace.producer;

import org.jspecify.annotations.NullMarked;
