/** Prints the result of an audit: as tables, as JSON, or as one HTML file with charts. */
@NullMarked
package dev.millrace.standalone.audit.report;

import org.jspecify.annotations.NullMarked;
