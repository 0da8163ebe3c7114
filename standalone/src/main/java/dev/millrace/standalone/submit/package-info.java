/**
 * {@code millrace submit}: publishes files to a cluster, and reports the problems of their lines.
 */
@NullMarked
package dev.millrace.standalone.submit;

import org.jspecify.annotations.NullMarked;
