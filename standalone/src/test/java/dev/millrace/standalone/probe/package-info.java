/** Tests of the health check of containers. */
@NullMarked
package dev.millrace.standalone.probe;

import org.jspecify.annotations.NullMarked;
