/** Tests of the Helm chart, which they render with Helm's own library. */
@NullMarked
package dev.millrace.standalone.kubernetes;

import org.jspecify.annotations.NullMarked;
