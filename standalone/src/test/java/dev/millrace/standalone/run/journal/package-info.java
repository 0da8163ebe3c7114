@NullMarked
package dev.millrace.standalone.run.journal;

import org.jspecify.annotations.NullMarked;
