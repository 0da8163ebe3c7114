@NullMarked
package dev.millrace.standalone.console;

import org.jspecify.annotations.NullMarked;
