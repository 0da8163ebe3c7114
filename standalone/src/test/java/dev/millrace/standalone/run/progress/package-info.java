@NullMarked
package dev.millrace.standalone.run.progress;

import org.jspecify.annotations.NullMarked;
