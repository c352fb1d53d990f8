@NullMarked
package org.plantbuddy.operations;

import org.jspecify.annotations.NullMarked;
