/** Reports of arms: the counting, the reading and the words. */
@NullMarked
package dev.millrace.standalone.report;

import org.jspecify.annotations.NullMarked;
