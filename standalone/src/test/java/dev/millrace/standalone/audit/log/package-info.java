@NullMarked
package dev.millrace.standalone.audit.log;

import org.jspecify.annotations.NullMarked;
