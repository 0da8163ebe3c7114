@NullMarked
package dev.millrace.standalone.run.summary;

import org.jspecify.annotations.NullMarked;
