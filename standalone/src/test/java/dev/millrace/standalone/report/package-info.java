/** Tests of policy reports. */
@NullMarked
package dev.millrace.standalone.report;

import org.jspecify.annotations.NullMarked;
