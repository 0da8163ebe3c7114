@NullMarked
package dev.millrace.standalone.audit;

import org.jspecify.annotations.NullMarked;
