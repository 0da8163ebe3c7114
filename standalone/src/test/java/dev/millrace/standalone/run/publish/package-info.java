@NullMarked
package dev.millrace.standalone.run.publish;

import org.jspecify.annotations.NullMarked;
