@NullMarked
package dev.millrace.router.document;

import org.jspecify.annotations.NullMarked;
