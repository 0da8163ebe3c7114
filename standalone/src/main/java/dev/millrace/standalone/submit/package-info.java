/**
 * {@code millrace submit}: publishing files to a cluster, with a report of what is wrong in them.
 */
@NullMarked
package dev.millrace.standalone.submit;

import org.jspecify.annotations.NullMarked;
