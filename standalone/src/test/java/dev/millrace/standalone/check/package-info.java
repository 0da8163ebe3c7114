@NullMarked
package dev.millrace.standalone.check;

import org.jspecify.annotations.NullMarked;
