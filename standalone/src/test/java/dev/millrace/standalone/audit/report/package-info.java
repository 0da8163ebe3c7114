@NullMarked
package dev.millrace.standalone.audit.report;

import org.jspecify.annotations.NullMarked;
